"""The English and Spanish words by which announcements are read, and one way of comparing words."""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def _plain_letters() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x41, 0x250):
        letter = unicodedata.normalize("NFD", chr(code))[0]
        lower = letter.lower()
        if letter.isalpha() and len(lower) == 1:
            table[code] = lower
    table |= {ord(c): '"' for c in "“”„«»‟＂"} | {ord(c): "'" for c in "‘’‚‛´`"}
    table |= {ord(c): "-" for c in "‐‑‒–—―−"} | {ord(c): " " for c in "\u00a0\u2009\u202f\u2007\u200a\t"}
    table |= {0xFF1A: ":", 0x00BA: "o", 0x00AA: "a", 0x2026: "."}
    return table


_PLAIN: Final = _plain_letters()


def fold(text: str) -> str:
    """The text in lower case without accents and with plain quotes and dashes; every character stays in its place."""
    return text.translate(_PLAIN)


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


WORD: Final = re.compile(r"[^\W\d_]+")

ENGLISH: Final = word_set(
    "the of and to in is for with we will our be on at this from what how are you your us by an that who "
    "where when join about it have has as or their they do does which between before after all welcome "
    "discussion reading questions session time date film watch hosted please see there not can if"
)
SPANISH: Final = word_set(
    "de la el los las y en que para por con una un del al se es su como nos lo mas o sobre este esta desde "
    "hasta nuestra nuestro ser son entre qual cual cuales quien quienes donde cuando fecha hora lugar "
    "enlace unete preguntas lectura lecturas orden dia pelicula invita organiza hs horas jueves viernes "
    "lunes martes miercoles sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre les te lugar ante sin ya si le hay documental proyeccion"
)


def language_of(folded: str) -> str | None:
    """`en` or `es` by counting small words; None where neither prevails."""
    english = spanish = 0
    for word in WORD.findall(folded):
        if word in ENGLISH:
            english += 1
        elif word in SPANISH:
            spanish += 1
    if english == spanish:
        return None
    return "en" if english > spanish else "es"


def _labels(table: dict[str, str]) -> dict[str, str]:
    return {phrase.strip(): field for field, phrases in table.items() for phrase in phrases.split("|")}


LABELS: Final = _labels({
    "when":
        "when|date and time|date & time|date/time|date + time|day and time|time and date|fecha y hora"
        "|fecha/hora"
    "|fecha & hora|fecha - hora|cuando|cuando es|dia y hora|dia y horario|fecha y horario|datetime|dia/hora"
    "|event date|meeting time|cuando sera",
    "date": "date|day|fecha|dia|event date|fecha del evento|the date|la fecha",
    "time": "time|times|hour|hours|hora|horario|horas|horarios|hora de inicio y fin|the time",
    "start":
        "start|starts|start time|begins|from|inicio|hora de inicio|comienza|empieza|comienzo|starts at"
        "|starting"
    "|desde|inicia",
    "end":
        "end|ends|end time|finish|finishes|fin|hora de fin|termina|cierre|finaliza|hora de termino|until"
        "|hasta"
    "|ends at|final",
    "duration": "duration|length|duracion|dura|running time",
    "zone": "time zone|timezone|zone|zona horaria|huso horario|zona",
    "place":
        "place|venue|location|where|address|lugar|donde|direccion|sede|ubicacion|room|sala|sitio"
        "|lugar de encuentro"
    "|meeting place|punto de encuentro|espacio|in person|presencial|where to find us|local",
    "join": "zoom|zoom link|zoom meeting|join|join link|join us|join online|join us online|join zoom meeting"
    "|join the meeting|join here|join at|join via zoom|meeting link|video link|videocall|video call"
    "|videollamada"
    "|video call link|video conference|jitsi|jitsi meet|google meet|meet|teams|microsoft teams|ms teams"
    "|bigbluebutton|bbb|online link|link to join|link for joining|connect|connection|dial in|conference link"
    "|enlace de zoom|enlace zoom|enlace de acceso|enlace de conexion|link de zoom|link de acceso"
    "|link de conexion"
    "|link zoom|acceso|unete|unete aqui|unite|unite aca|unirse|para unirse|conectate|conectate aqui|conexion"
    "|para conectarse|como unirse|como conectarse|entra aqui|sala virtual|enlace de la reunion"
    "|enlace a la reunion"
    "|enlace de la videollamada|link de la reunion|link a la reunion|ingresa|ingresa aqui|how to join|to join"
    "|join by video|virtual|online|en linea|remote|webinar link|stream|online at|sala de zoom|sala jitsi"
    "|enlace para unirse|enlace para conectarse|link para unirse|link para conectarse|videoconferencia"
    "|por zoom"
    "|via zoom|on zoom|enlace de meet|enlace meet|link de meet|meeting url|join url|event link|video",
    "link": "link|enlace|url|liga|vinculo|web link",
    "group": "group|organiser|organizer|organisers|organizers|host|hosts|hosted by|organised by|organized by"
    "|presented by|put on by|convened by|called by|organiza|organizan|organizado por|organizada por"
    "|organizador"
    "|organizadora|convoca|convocan|convocado por|convocada por|grupo|colectivo|invita|invitan|presenta"
    "|presentan"
    "|anfitrion|anfitriona|event by|brought to you by|quien organiza|quien convoca|collective"
    "|who|quien|quienes|by|from the|grupo organizador|entidad organizadora|colectivo organizador|lo organiza"
    "|evento de|host organisation|host organization|hosted with love by|an event by",
    "title":
        "title|titulo|event|evento|event name|nombre del evento|session|sesion|actividad|name|subject"
        "|asunto|what|que|que es|motivo|nombre de la actividad",
    "topic": "topic|tema|theme|re",
    "film":
        "film|the film|movie|documentary|pelicula|la pelicula|documental|el documental|film to watch"
        "|we watch"
    "|we are watching|we're watching|what we watch|now showing|showing|screening|proyeccion|proyectamos|vemos"
    "|veremos|film title|titulo de la pelicula|cinta|largometraje|filme|about the film|sobre la pelicula"
    "|sobre el documental|about the documentary|our film|nuestra pelicula|this month's film"
    "|pelicula del mes|watch"
    "|feature|we will watch|we'll watch|the documentary|the movie",
    "film.link": "watch here|watch online|watch it here|link to film|link to the film|film link|link to video"
    "|link to the video|video link to film|ver aqui|ver en linea|ver pelicula|enlace a la pelicula"
    "|enlace de la pelicula|enlace al documental|link de la pelicula|link al documental|link a la pelicula"
    "|se puede ver en|disponible en|available at|stream it here|watch the film|mirala aca|mirar aca|vela aqui"
    "|ver el documental|ver la pelicula|watch the film here|watch beforehand|watch in advance|enlace al video"
    "|enlace del documental|enlace al filme|where to watch|donde verla|donde verlo|streaming",
    "film.year": "year|ano|release year|year of release|released",
    "film.description": "synopsis|sinopsis|film description|about the movie|argumento|resumen|plot|blurb",
    "readings":
        "reading|readings|the reading|the readings|reading list|read before|read beforehand|read first|read"
        "|leer|leer antes|lean|para leer antes|hay que leer|pre-read|text|texts|the text|book|the book"
        "|article"
    "|lectura|lecturas|texto|textos|libro|el libro|articulo|materials|material|materiales|bibliografia"
    "|to read"
    "|para leer|background|background reading|background readings|background materials|what we read|leemos"
    "|leeremos|we read|we are reading|we're reading|we'll read"
    "|we will read|que leemos|vamos a leer|lectura sugerida|lecturas sugeridas|resources|recursos|pre-reading"
    "|required reading|required readings|optional reading|optional readings|optional materials"
    "|further reading"
    "|optional background materials|lectura obligatoria|lecturas obligatorias|lectura opcional"
    "|lecturas opcionales"
    "|materiales opcionales|material opcional|material de apoyo|materiales de apoyo|suggested reading"
    "|suggested readings|recommended reading|recommended readings|lectura recomendada|lecturas recomendadas"
    "|lecturas previas|lectura previa|required|optional|obligatoria|obligatorio|opcional|opcionales"
    "|obligatorias|what to read|texto base|textos base|para profundizar|preparatory reading",
    "agenda":
        "agenda|the agenda|orden del dia|programa|program|programme|schedule|temario|cronograma|itinerary"
    "|plan|plan for the evening|plan de la sesion|plan for the session|run of show|orden|guion|draft agenda"
    "|proposed agenda|agenda propuesta|outline|structure|how the evening goes|como sera la sesion"
    "|order of business|format|formato|dinamica|estructura",
    "questions": "questions|guiding questions|discussion questions|discussion prompts|prompts|preguntas"
    "|preguntas guia|preguntas orientadoras|preguntas generadoras|preguntas para el debate"
    "|preguntas de discusion"
    "|preguntas para la discusion|preguntas para conversar|preguntas para debatir|questions to discuss"
    "|questions for discussion|key questions|preguntas clave|ejes|ejes de discusion|ejes de debate"
    "|guide questions"
    "|question|pregunta|preguntas disparadoras|things to think about|food for thought|para pensar"
    "|puntos para el debate|talking points|discussion points|reflection questions|puntos de discusion"
    "|to discuss"
    "|questions we will ask|we will ask|para debatir|para conversar",
    "featured": "featured|featured groups|featured communes|featuring|groups|comunas|comunas destacadas"
    "|grupos destacados|experiencias|communes|cooperatives|cooperativas|casos|case studies"
    "|featured cooperatives"
    "|organizaciones|groups in the film|communes in the film|comunas en la pelicula|cooperatives in the film",
    "ignored":
        "why|por que|para que|how|como|rsvp"
        "|register|registration|sign up|inscripcion|inscripciones|inscribete|registro|contact|contacto"
    "|email|e-mail|correo|mail|phone|telefono|whatsapp|telegram|instagram|facebook|twitter|web|website"
    "|sitio web"
    "|price|cost|tickets|entrada|entradas|costo|precio|deadline|fecha limite|posted|published|publicado"
    "|publicado el|updated|actualizado|last updated|meeting id|id de reunion|passcode|password|contrasena"
    "|clave"
    "|codigo|codigo de acceso|director|directed by|dirigida por|direccion del film|country|pais|cast|reparto"
    "|trailer|facilitator|facilitators|facilita|facilitan|speaker|speakers|ponente|ponentes|modera|moderator"
    "|childcare|accessibility|accesibilidad|access|nota|note|notes|ps|p.d.|pd|from|to|de|para|cc|sent|enviado"
    "|doors|doors open|puertas|aforo|capacity|idioma|language|languages|idiomas|food|comida|subtitles"
    "|subtitulos"
    "|guion de|genero|genre|rsvp by|inscripcion hasta|respond by|map|mapa|parking|transport|transporte"
    "|how to get there|como llegar|facilitated by|created|creado",
})  # fmt: skip
"""What a label means, folded, without its colon. Several words: the longest label that ends at the colon counts."""

LABEL_STARTS: Final = {
    "fecha": "when", "date": "when", "hora": "time", "horario": "time", "time": "time", "lugar": "place",
    "pregunta": "questions", "preguntas": "questions", "question": "questions", "questions": "questions",
    "place": "place", "where": "place", "donde": "place", "when": "when", "cuando": "when", "organiza": "group",
    "organizan": "group", "zoom": "join", "join": "join", "venue": "place", "location": "place",
}  # fmt: skip
"""First words that decide a label of a few words more ("Hora de Colombia", "Date of the meeting")."""

SIGNS: Final = (
    dict.fromkeys("📅🗓📆", "when") | {chr(c): "time" for c in range(0x1F550, 0x1F568)}
    | dict.fromkeys("⏰🕰⏱⌚⌛⏳", "time") | dict.fromkeys("📍🏠🏢🏛🏡🗺📌🏫", "place")
    | dict.fromkeys("🔗💻🌐🖥📹👉📲", "link")
    | dict.fromkeys("🎬🎥📽🍿🎞", "film") | dict.fromkeys("📚📖📄📕📗📘📙📰", "readings")
    | dict.fromkeys("❓❔🤔", "questions")
    | dict.fromkeys("👥✊", "group") | dict.fromkeys("📝📋", "agenda")
)  # fmt: skip
"""What a leading emoji says about its line."""

GROUP_WORD: Final = re.compile(
    r"\b(?:socialists?|anarchists?|communists?|feminists?|collective|cooperative|co-?op|co-operative|union"
    r"|unions|club"
    r"|society|network|association|alliance|committee|council|assembly|chapter|circle|group|library"
    r"|bookshop|bookstore"
    r"|federation|coalition|caucus|dsa|branch|project|school|league|front|movement|forum|institute|center"
    r"|centre|house"
    r"|neighbou?rs|workers|tenants|students|teachers|friends|youth|women|archive|lab|studio|infoshop|commune"
    r"|brigade|campaign|organi[sz]ation|team|community|cinema|cineclub|cine-?club|kino|foundation|trust"
    r"|partnership"
    r"|colectiv[oa]|cooperativa|sindicato|sindical|asociacion|asamblea|comite|consejo|comuna|red|grupo"
    r"|circulo|club"
    r"|biblioteca|libreria|ateneo|centro|casa|movimiento|federacion|coordinadora|coordinacion|agrupacion"
    r"|frente"
    r"|vecin[oa]s|trabajador[ea]s|estudiantes|inquilin[oa]s|mujeres|jovenes|amig[oa]s|juventud|seccion"
    r"|nucleo|taller"
    r"|escuela|instituto|espacio|plataforma|union|liga|brigada|fundacion|junta|secretaria|mesa|cine ?club"
    r"|cineclube"
    r"|archivo|laboratorio|observatorio|unidad|radio|gremio|partido|mutual|mutualista|confederacion|caf[e]"
    r"|department|dept|faculty|university|college|museum|museo|embassy|embajada|consulate|consulado|parish|parroquia"
    r"|commission|comision|ministry|hub|guild|gremial|ngo|ong|congregation|pastoral|cabildo|universidad"
    r"|cooperativistas|socialistas|feministas|anarquistas|delegacion|catedra|facultad|departamento)\b"
)
SESSION_WORD: Final = re.compile(
    r"\b(?:discussion|session|screening|reading group|reading circle|book club|film night|film club"
    r"|movie night|workshop"
    r"|webinar|teach-?in|meeting|talk|panel|seminar|study group|study circle|film|conversation|assembly"
    r"|lecture|training"
    r"|debate|q&a|cine ?-?debate|cine ?-?foro|cineforum|cine-?club|conversatorio|charla|taller|encuentro"
    r"|proyeccion"
    r"|circulo de (?:lectura|estudios?)|club de lectura|grupo de lectura|grupo de estudio|sesion|jornada"
    r"|seminario|foro"
    r"|tertulia|mesa redonda|reunion|asamblea|presentacion|lectura|visionado|coloquio|videoforum|videoforo"
    r"|ciclo"
    r"|social|evening|night|noche|tarde de|cabildo abierto|pleno|plenario|cine ?al aire libre|vigilia|hearing"
    r"|teach ?in|study session|town hall|rally|picnic|open mic|curso|videodebate|audiencia|micro ?abierto)\b"
)
FILM_WORD: Final = re.compile(
    r"\b(?:film|films|movie|documentary|documentaries|short|corto|screening|watch|watching|cinema|cine"
    r"|pelicula|documental|proyeccion"
    r"|proyectaremos|proyectamos|proyectar|veremos|vemos|ver|cineforo|cineclub|cortometraje|largometraje"
    r"|filme"
    r"|videoforum|videoforo|visionado|cinefforo|director|directed|dir)\b"
)
ABSENT: Final = re.compile(
    r"^[\W_]*(?:(?:to be (?:announced|confirmed|decided|determined|shared|sent|added)|tba|tbc|tbd"
    r"|coming soon|to follow"
    r"|will (?:be )?(?:follow|shared|sent|announced|posted)|soon|pending|missing|por (?:confirmar|definir"
    r"|anunciar)"
    r"|a (?:confirmar|definir|anunciar)|pendiente|proximamente|se (?:enviara|compartira|anunciara"
    r"|confirmara|avisara)"
    r"|insert .{0,30}|link|enlace|url|aqui|here|xxx+|\?+|n/?a)\b[^\n]{0,60})?[\W_]*$"
)
"""A value that is no value: nothing, or a promise of one."""
ONLINE: Final = re.compile(
    r"\b(?:online|on-line|virtual(?:ly|mente)?|zoom|jitsi|google meet|meet|teams|bigbluebutton|webinar"
    r"|en linea|remote(?:ly)?"
    r"|remoto|videollamada|video call|internet|a distancia|livestream|link|enlace|event|evento|only|solo"
    r"|via|por|on|at|en"
    r"|the|el|la|de|a|modalidad|format|formato|traves|in|reunion|meeting|facebook|live|youtube|https?"
    r"|presencial|and|y|microsoft|google)\b"
)
