"""The sentence that goes with each failure code: what happened, then what to do."""

from __future__ import annotations

from veille.french import NBSP
from veille.reading.errors import FetchError, ParseError

_FETCH = {
    "bad-url": "L’adresse n’est pas une adresse web lisible ({detail}). Corrigez-la : elle commence"
    " par http:// ou https://, sans identifiant ni mot de passe.",
    "bad-port": "Le port {detail} n’est pas lu : seuls 80 et 443 le sont. Pour un site interne,"
    " l’administrateur ajoute l’hôte à VIGIE_FETCH_ALLOW.",
    "private-address": "L’adresse mène à un réseau privé ({detail}) : elle n’est pas lue. Pour un"
    " site interne voulu, l’administrateur ajoute l’hôte à VIGIE_FETCH_ALLOW.",
    "dns": "Le nom {detail} est introuvable. Vérifiez l’orthographe de l’adresse ; si elle est"
    " juste, le site est peut-être fermé : nouvel essai plus tard.",
    "connection": "Le serveur ne répond pas ou a coupé ({detail}). Rien à faire pour l’instant :"
    " nouvel essai plus tard.",
    "timeout": "Le site n’a pas fini de répondre en {detail} s. Rien à faire pour l’instant :"
    " nouvel essai plus tard.",
    "tls": "La connexion sécurisée est refusée ({detail}). Ouvrez l’adresse dans un navigateur :"
    " s’il alerte aussi, prévenez le site ; sinon prévenez l’administrateur.",
    "too-big": "La réponse dépasse {detail} Mo. Cherchez sur le site un flux plus court"
    " (par rubrique).",
    "bad-answer": "La réponse du serveur est inutilisable ({detail}). Ouvrez l’adresse dans un"
    " navigateur pour voir ce qu’elle donne.",
    "incomplete": "La réponse s’est interrompue avant la fin. Rien à faire : nouvel essai plus"
    " tard.",
    "redirect-loop": "L’adresse renvoie sans fin vers une autre ({detail}). Ouvrez-la dans un"
    " navigateur et gardez l’adresse d’arrivée.",
}
_HTTP = {
    401: "Le site demande un mot de passe. Cherchez un flux public, ou lisez cette source à la"
    " main ou par sa lettre d’information.",
    403: "Le site refuse la lecture automatique. Abonnez-vous à sa lettre d’information, demandez"
    " l’accès au site, ou lisez cette source à la main.",
    404: "La page n’existe pas ou plus. Cherchez la nouvelle adresse du flux sur le site.",
    410: "Le site dit que ce flux est supprimé pour toujours. Cherchez-en un autre, ou retirez la"
    " source.",
    429: "Le site demande de ralentir. Rien à faire : le prochain essai attend le délai demandé.",
}
_PARSE = {
    "not-a-feed": "L’adresse ne donne pas un flux{detail}. Cherchez sur le site le lien"
    " «\u00a0RSS\u00a0», ou ajoutez l’adresse de la page : le flux sera cherché.",
    "empty": "La réponse est vide. Rien à faire : nouvel essai plus tard.",
    "bad-encoding": "Le codage des caractères n’est pas lisible ({detail}). Prévenez le site.",
    "forbidden-xml": "Le flux contient une construction XML refusée par sécurité ({detail})."
    " Prévenez le site.",
    "bad-json": "Le flux JSON est mal formé ({detail}). Prévenez le site.",
    "too-slow": "La lecture du flux a pris plus de {detail} s et a été arrêtée. Cherchez un flux"
    " plus court sur le site.",
    "too-heavy": "La lecture du flux a demandé trop de mémoire et a été arrêtée. Cherchez un flux"
    " plus court sur le site.",
    "parser-died": "La lecture du flux s’est interrompue ({detail}). Si cela se répète, prévenez"
    " l’administrateur.",
}


def _sentence(text: str, detail: object) -> str:
    """The no-break spaces of French, put in once here rather than in each text."""
    for sign in ":;?!":
        text = text.replace(f" {sign}", f"{NBSP}{sign}")
    return text.replace("{detail}", str(detail))


def fetch_failure(
    code: str, detail: object = "", *, status: int | None = None,
    headers: dict[str, str] | None = None,
) -> FetchError:  # fmt: skip
    """A FetchError with the sentence of its code."""
    return FetchError(code, _sentence(_FETCH[code], detail), status=status, headers=headers)


def http_failure(status: int, headers: dict[str, str]) -> FetchError:
    """A FetchError `http-<status>`; the headers stay for cadence (Retry-After…)."""
    if status >= 500:
        text = f"Le site est en panne (erreur {status}). Rien à faire : nouvel essai plus tard."
    else:
        text = _HTTP.get(status, f"Le site répond par l’erreur {status}. Vérifiez l’adresse.")
    return FetchError(f"http-{status}", _sentence(text, ""), status=status, headers=headers)


def parse_failure(code: str, detail: object = "") -> ParseError:
    """A ParseError with the sentence of its code."""
    return ParseError(code, _sentence(_PARSE[code], detail))
