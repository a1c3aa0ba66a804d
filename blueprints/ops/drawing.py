"""`tracker procedure`: the procedure as a drawing."""

import click

from tracker import procedure as procedures
from tracker.procedure.diagram import diagram


@click.command()
@click.option("--pack", type=click.Choice(procedures.PACKS), help="With this country's limits and courts.")
def procedure(pack: str | None) -> None:
    """Print the procedure as a Mermaid drawing, for a document or a wiki."""
    click.echo(diagram(procedures.load(pack)))
