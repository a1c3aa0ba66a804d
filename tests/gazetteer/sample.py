"""A gazetteer of invented areas, with the difficulties of real ones."""

from tracker.gazetteer.matching import Gazetteer, Known

AREAS = (
    Known(1, "XA", "Imara", 0, None),
    Known(2, "XA01", "Ouélo", 1, 1),
    Known(3, "XA02", "Haute-Ouélo", 1, 1),
    Known(4, "XA03", "Kayaro", 1, 1),
    Known(5, "XA0101", "Bambiri", 2, 2),
    Known(6, "XA0102", "N'Délo", 2, 2),
    Known(7, "XA0201", "Ouadda", 2, 3),
    Known(8, "XA0202", "Ouada-Djalo", 2, 3),
    Known(9, "XA0301", "Kayaro", 2, 4),
    Known(10, "XA0302", "Boma", 2, 4),
    Known(11, "XA0303", "Ar Rahal", 2, 4),
    Known(12, "XA0203", "Al Rahal", 2, 3),
    Known(13, "XA010101", "Bambiri", 3, 5),
    Known(14, "XA010102", "Malou", 3, 5),
    Known(15, "XA0103", "Sangaré", 2, 2, others=("Fort-Sibour", "Bangaro")),
    Known(16, "XA0304", "Terou", 2, 4, others=("Bangaro",)),
    Known(17, "XA0104", "Lomiri", 2, 2, active=False),
    Known(18, "XA0105", "Yebo South", 2, 2),
    Known(19, "XA0106", "Yebo Centre", 2, 2),
    Known(20, "XA0305", "Jurba", 2, 4, others=("جوربا",)),
)


def gazetteer(*more: Known) -> Gazetteer:
    """The sample, with further areas."""
    return Gazetteer([*AREAS, *more])
