"""How the way into an online meeting is written: hosts, labels, codes and numbers, in English and Spanish."""

from __future__ import annotations

import re
from typing import Final

HOSTS: Final = (
    r"(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|zoomgov\.com|webex\.com|whereby\.com|gotomeeting\.com|gotomeet\.me|goto\.com"
    r"|meet\.jit\.si|8x8\.vc|talky\.io|senfcall\.de|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com"
    r"|hangouts\.google\.com|chat\.google\.com|tel\.meet|join\.skype\.com|meet\.lync\.com|bluejeans\.com|chime\.aws"
    r"|discord\.gg|chat\.whatsapp\.com|signal\.group|app\.element\.io|gather\.town|vdo\.ninja|framatalk\.org|jam\.systems)"
    r"|(?:[\w-]+\.)*(?:meet|jitsi|bbb|bigbluebutton|greenlight|kmeet|facilitate)[\w-]*\.[\w.-]+"
)
MEETING: Final = re.compile(
    rf"(?:^|//|www\.|[=@/])(?:{HOSTS})(?::\d+)?[/?#]+[^\s/?#]"
    r"|(?:discord\.com|discordapp\.com)/invite/|(?:t\.me|telegram\.me|telegram\.dog)/(?:\+|joinchat/|call/)"
    r"|\bg\.co/meet/|(?<![\w.-])[\w.-]+/(?:bigbluebutton|b|rooms|greenlight)/[\w-]{3,}"
    r"|[?&;](?:pwd|passcode|password|confno)=|\btg://join|^(?:zoommtg|zoomus|msteams|sip|sips|skype|mumble|callto):"
    r"|^tel:.*[,;#*]",
    re.IGNORECASE,
)
NO_MEETING: Final = re.compile(
    r"zoom\.(?:us|com)/(?:rec|download|blog|docs|hc|pricing|signup)\b|^(?:https?://)?(?:support|explore|blog)\.zoom\."
    r"|webex\.com/(?:recording|downloads|pricing)",
    re.IGNORECASE,
)
URL: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\b(?:sips?|tel|callto|skype|msteams|zoommtg):(?=\S)"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.){1,6}[a-z]{2,12}(?::\d{1,5})?/)[^\s<>\"“”«»\[\]|\\^`]+",
    re.IGNORECASE,
)
GAP: Final = r"[\s*_`\"'“”‘’«»|\\<>()\[\]]{0,12}"
IS: Final = rf"{GAP}(?:(?:[:=#–—-]|is\b|es\b){GAP})?"
LABELLED: Final = rf"{GAP}(?:[:=]|is\b|es\b){GAP}"
NUMBER: Final = r"\d(?:[\d .-]{0,30}\d)?#?"
CODE: Final = (
    rf"(?:{NUMBER}(?![\w,])|(?=[^\s,;()]*\d)[^\s,;()<>\"“”«»|`]{{3,80}}|(?-i:[A-Za-z]*[a-z][A-Z][^\s,;()<>\"“”«»|`]*))"
)
LONE: Final = r"[^\s,;()<>\"“”«»|`]{2,80}(?=[*_`\"'“”»)\]]*(?:\s*$|\s*[,;.)|/]|\s+(?:for|para|y|and|–|—|-|·)\s))"
ONLINE: Final = r"(?:zoom|webex|jitsi|google meet|ms teams|microsoft teams|bigbluebutton|bbb)"
MEETING_WORD: Final = (
    r"(?:(?:zoom|webex|teams|jitsi|meet|bbb|meeting|webinar|conference|event|call|participant|attendee|reuni[oó]n"
    r"|videollamada|conferencia)\s+){1,3}"
)
SPANISH_ID: Final = (
    r"(?:id|identificador|identificaci[oó]n|n[uú]mero)\s+(?:de\s+)?(?:(?:la|el)\s+)?(?:reuni[oó]n|conferencia|seminario"
    r"|webinar|sala|videollamada|sesi[oó]n|zoom|participante)(?:\s+(?:web|telef[oó]nica|de\s+zoom|en\s+zoom|zoom))?"
)
PASSWORD: Final = r"(?:pass\s?codes?|pass\s?words?|contrase[nñ]as?|pwd|passwort)"  # noqa: S105
WHOSE: Final = rf"(?:(?:{MEETING_WORD})|(?:{ONLINE}\s+))?"
OF: Final = (
    r"(?:\s+(?:de|del|para|of|for|to)\s+(?:(?:la|el|the)\s+)?(?:zoom|reuni[oó]n|meeting|sala|room|videollamada))?"
)
TOLD: Final = re.compile(
    "|".join(
        (
            rf"\b{WHOSE}{PASSWORD}{OF}\b(?!\s*\((?:19|20)\d\d\)){IS}{CODE}",
            rf"\b{WHOSE}{PASSWORD}{OF}\s+(?:\"[^\"\s]+\"|'[^'\s]+'|“[^”\s]+”|«[^»\s]+»|`[^`\s]+`)",
            rf"^\W*(?:contraseña|pass\s?code)\s+{LONE}\W*$",
            rf"\b{WHOSE}{PASSWORD}{OF}\s*[:=–—-]?\s*(?:\"[^\"\n]{{1,60}}\"|“[^”\n]{{1,60}}”|«[^»\n]{{1,60}}»)",
            rf"\b{ONLINE}\s+{PASSWORD}\s+{LONE}",
            rf"^\W*{WHOSE}{PASSWORD}\s+[–—-]\s+{LONE}",
            rf"^\W*pass\s*:\s*{LONE}",
            rf"\b{ONLINE}\s*id\b{IS}{CODE}",
            r"\b(?:entrar|unirse|[uú]ne(?:te|ase)|[uú]nase|conectarse|con[eé]ct(?:ate|ese)|acceder|ingresar|participar|join"
            r"|dial(?:ing)?(?: in)?|call(?:ing)? in)\s+(?:in\s+)?(?:por|by|via)\s+(?:tel[eé]fono|(?:tele)?phone)\b"
            r"[^\n\d+]{0,30}\+?\d[\d ().-]{6,24}\d",
            rf"\b(?:pass|key|llave)\b{GAP}[:=]{GAP}{CODE}",
            r"\bc[oó]digo\s+\d{6,10}\b",
            r"\breuni[oó]n\s*:\s*(?:\d[ -]?){9,11}(?!\d)",
            rf"\b{WHOSE}{PASSWORD}{OF}\b(?:{GAP}\([^()]{{1,30}}\))?{LABELLED}(?:{CODE}|{LONE})",
            rf"\b{WHOSE}pass\s?code\b{GAP}:{GAP}[^\s,;()]{{2,}}",
            rf"\b(?:c[oó]digo|clave)\s+(?:de\s+)?(?:acceso|ingreso|reuni[oó]n|seguridad)\b{IS}(?:{CODE})",
            rf"\b(?:c[oó]digo|clave)\s+(?:de\s+)?(?:acceso|ingreso|reuni[oó]n|seguridad)\b{LABELLED}{LONE}",
            rf"(?<!palabras )(?<!palabra )(?<!conceptos )(?<!ideas )\bclave\b{LABELLED}{CODE}",
            rf"^\W*clave\b{GAP}:{GAP}{LONE}",
            rf"\b(?:(?:access|entry|security|meeting|zoom|meet|conference)\s+code|host\s?key)\b{IS}{CODE}",
            rf"\b(?:access|entry|security|meeting|zoom|meet)\s+code\b{LABELLED}(?:{LONE})",
            rf"(?<!zip )(?<!postal )(?<!area )(?<!promo )(?<!discount )\b(?:code|c[oó]digo|pin|pw)\b{LABELLED}{CODE}",
            rf"\bpin\b{IS}\d[\d ]{{2,}}\d#?",
            rf"\b{MEETING_WORD}id\b(?:{GAP}\([^()]{{1,30}}\))?{IS}{CODE}",
            rf"\b{MEETING_WORD}id\b{LABELLED}{LONE}",
            rf"\b{MEETING_WORD}(?:number|no\.|nr\.)(?:{GAP}\([^()]{{1,30}}\))?{IS}(?:\d[ .-]?){{8,14}}",
            rf"\b{SPANISH_ID}\b(?:{GAP}\([^()]{{1,30}}\))?{IS}(?:{CODE})",
            rf"(?<![?&/\w-])id\b{LABELLED}(?:\d[ .-]?){{8,14}}",
            rf"\b{ONLINE}\b[^\d\n]{{0,25}}(?<![\d-])(?!\d{{1,2}}[-/ .]\d{{1,2}}[-/ .]\d{{4}})(?!\d{{4}}-\d\d-\d\d)"
            r"(?:\d[ .-]?){8,11}(?!\d)",
            r"\+?\d[\d ().-]{5,30},{2,6}\s*\*?\d[\d,#*]*",
            r"\+?\d[\d ().-]{5,30},\s?\*?\d[\d ]{2,20}[#*][\d,#*]*",
            r"\b\d[\d ]{4,20}\d#(?!\w)",
            r"^\W*(?:\+|00)\d[\d ().-]{6,24}\d\s+(?:[A-Z]{2}\b|[A-Z][\w .,]{2,40}\()[^\n]{0,60}$",
            r"\(?(?:toll[- ]free|dial[- ]in|marca\w*|llam\w+ gratuita)\)?[^\n]{0,30}?\+?\d[\d ().-]{6,24}\d",
            r"\b[\w.+-]{1,80}@(?:[\w-]{1,40}\.){0,4}(?:zoomcrc\.com|webex\.com|bjn\.vc|pexip\.me|meet\.google\.com|t\.plcm\.vc)\b",
            r"^\W*\d{1,3}(?:\.\d{1,3}){3}\s*\([^()]{2,40}\)",
            r"\b[?&]?pwd=[^\s&]+",
            r"\b(?:google\s+)?meet\b[^\n]{0,20}\b[a-z]{3}-[a-z]{4}-[a-z]{3}\b",
        )
    ),
    re.IGNORECASE,
)
"""What tells the way in, but for links: a label with its code, a number to tap, a number to dial with its code."""

LABEL: Final = re.compile(
    rf"^\W*(?:{WHOSE}{PASSWORD}{OF}|{MEETING_WORD}(?:id|number|code)|{SPANISH_ID}|id"
    r"|(?:c[oó]digo|clave)(?:\s+de\s+(?:acceso|ingreso|la\s+reuni[oó]n|reuni[oó]n))?|access\s+code|pin"
    r")\W*$",
    re.IGNORECASE,
)
"""A line that is only a label; its code stands on the next one."""

LEADS: Final = re.compile(
    r"\b(?:join|joining|zoom|meeting|webinar|link|dial|dial-in|tap|sip|h\.?323|invitation|instructions|backup|phone"
    r"|call|teams|webex|jitsi|meet|password|passcode|number|unirse|[uú]nete|[uú]nase|entrar|reuni[oó]n|enlace"
    r"|m[oó]vil|marc\w+|llam\w+|tel[eé]fono|ubicaci[oó]n|videollamada|respaldo|conectarse|con[eé]ctate|conexi[oó]n"
    r"|n[uú]mero|contrase[nñ]a|clave)\b",
    re.IGNORECASE,
)
DIAL: Final = re.compile(
    r"\b(?:dial|dial-in|tap|phone|call in|mobile|m[oó]vil|marc\w+|llam\w+|tel[eé]fono|local number|n[uú]mero local)\b",
    re.IGNORECASE,
)
PHONE: Final = re.compile(r"^\W*\+?\(?\d[\d\s().-]{6,}\d\b")
HIDDEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
SPACES: Final = re.compile("[\u00a0\u2007\u202f\t]")
SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+(?=\S)")
