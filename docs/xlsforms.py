"""Writes the forms of the field anew, and converts them as ODK does: `make xlsforms`, or `python -m docs.xlsforms`.

To be done when a question or a translation changed; a test compares (`tests/web/test_field_forms.py`). Where Java is
installed, ODK Validate looks at each.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from pyxform.xls2xform import convert

from blueprints import create_app
from blueprints.openrosa import xlsform
from tracker.config import Settings
from tracker.vocabulary import FormKind

FORMS = Path(__file__).parents[1] / "blueprints" / "openrosa" / "forms"


def converted(sheet: str) -> str:
    """The XForm of an XLSForm. Raises what pyxform and ODK Validate find wrong with it."""
    found: list[str] = []
    checked = shutil.which("java") is not None
    form = convert(xlsform=sheet, file_type=".md", form_name="data", validate=checked, warnings=found)
    if found:
        raise ValueError("; ".join(found))
    return str(form.xform)


def main() -> None:
    """Write both files of both forms."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url="sqlite://", data_dir=Path(folder), secret_key="never used" * 4)
        with create_app(settings).app_context():
            for kind in FormKind:
                sheet = xlsform.text(kind)
                (FORMS / f"{kind}.md").write_text(sheet, encoding="utf-8")
                (FORMS / f"{kind}.xml").write_text(converted(sheet), encoding="utf-8")
                sys.stdout.write(f"{kind}: {len(sheet):,} characters\n")


if __name__ == "__main__":
    main()
