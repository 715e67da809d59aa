"""An example of every act about certificates, in every case of its sentence, under what the minutes say of it."""

from __future__ import annotations

from typing import Any

from comuna.kernel.act import Act, TextRef
from comuna.rules import certificate
from tests.cast import an_id

CERTIFIED: dict[str, Any] = {"certificate": an_id(120), "unit": "finance", "mandate": None, "decision": None}


def told(*, text: TextRef, reason: TextRef) -> dict[str, Act]:
    """Sentence → act. No sentence tells the words of a certificate, nor why it was revoked."""
    kinds = {
        "residence": "of residence",
        "membership": "of membership",
        "mandate": "of a mandate",
        "decision": "of a decision",
    }
    ends = {".": None, ", good until Monday, March 1, 2027.": "2027-03-01"}
    issued: dict[str, Act] = {
        f"A certificate {of} was issued{end}": certificate.CertificateIssued(
            **CERTIFIED, kind=kind, text=text, until=until
        )
        for kind, of in kinds.items()
        for end, until in ends.items()
    }
    revoked = certificate.CertificateRevoked(certificate=an_id(120), act=41, reason=reason)
    return {**issued, "The certificate that act 41 issued was revoked.": revoked}
