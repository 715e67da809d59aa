"""The buttons, menus and footers that come along when a page is copied or saved: kept, but they announce nothing."""

from __future__ import annotations

import re
from typing import Final

from comuna.announce.source import Line

_FURNITURE: Final = re.compile(
    r"[\W_]*(?:"
    r"(?:skip|jump) to (?:main |the )?(?:content|navigation)"
    r"|saltar al (?:contenido|menu)(?: principal)?|ir al contenido"
    r"|(?:share|tweet|compartir|comparte|compartelo|pin)(?: (?:this|on|en|via|with|por|event|evento|con)\b.{0,40})?"
    r"|(?:log|sign) ?(?:in|up|out)|iniciar sesion|registrarse|follow(?: us)?|siguenos(?: en .{0,40})?|seguir|like"
    r"|home|inicio|menu|search|buscar|back to top|volver(?: arriba)?|read more|leer mas|ver mas|see more|show more"
    r"|(?:show|view) map|(?:ver|mostrar) (?:el )?mapa"
    r"|add to (?:my |google )?calendar|anadir al calendario|agregar al calendario|save this event|report this event"
    r"|(?:privacy|cookie) (?:policy|settings)|politica de (?:privacidad|cookies)|terms(?: of (?:use|service))?"
    r"|aviso legal|(?:powered|proudly powered) by .{1,30}|funciona (?:gracias a|con) .{1,30}"
    r"|(?:©|\(c\)|copyright)\s.{0,100}|all rights reserved|todos los derechos reservados"
    r"|(?:leave a|post a) (?:reply|comment)|deja (?:una respuesta|un comentario)|\d+ comments?|\d+ comentarios?"
    r"|tu direccion de correo electronico no sera publicada.{0,80}|your email address will not be published.{0,80}"
    r"|(?:attendees|asistentes|going|asistire|interested|me interesa)(?: \(\d+\))?|see all|ver todo"
    r"|public group|private group|grupo (?:publico|privado)|(?:public|publico) · .{0,80}"
    r"|\d+ (?:personas? (?:respondieron|asistiran|interesadas?)|people (?:responded|going|interested)|going|interested)"
    r"|mobile e-?ticket|eventbrite|meetup|wordpress|facebook|instagram|twitter|youtube|print|imprimir|rss|reply"
    r"|posted (?:on|by) .{2,60}|(?:publicado|escrito) (?:el|por) .{2,60}|filed under.{0,60}"
    r"|categor(?:ies|ias?)\s?:.{0,60}"
    r"|unsubscribe\b.{0,80}|(?:to unsubscribe|darse de baja|para darte de baja|you (?:are receiv|receiv)"
    r"|recibes este|has recibido este).{0,200}|view (?:this email )?in (?:your )?browser|ver en (?:el|tu) navegador"
    r"|.{2,40} mailing list|lista de correo .{2,40}|sent from my .{2,30}|enviado desde mi .{2,30}"
    r"|_+\s.{2,40} mailing list"
    r"|[^\[\]]{2,60}, \[\d{1,2}[ ./-]\w{2,12}[ ./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?(?: [ap]\.? ?m\.?)?\]:?"
    r")[\W_]*"
)


def mark(lines: list[Line]) -> None:
    """Marks the short lines that are no more than buttons and footers; on a page that is nothing else, none."""
    marked = [
        line for line in lines if line.seen and len(line.text) < 220 and line.text and _FURNITURE.fullmatch(line.folded)
    ]
    heading = next((i for i, line in enumerate(lines) if line.kind == "heading"), 0)
    linked = [i for i, line in enumerate(lines[:heading]) if _is_button(line)]
    marked += [lines[i] for i in linked if {i - 1, i + 1} & set(linked) and len(linked) >= 3]
    if sum(bool(line.text) and line.seen and not line.furniture for line in lines) - len(marked) < 2:
        return
    for line in marked:
        line.furniture = True


def _is_button(line: Line) -> bool:
    """Nothing but a link of a word or two, as menus have them above a page's heading."""
    return len(line.links) == 1 and len(line.text) <= 25 and line.links[0].text.strip() == line.text.strip()
