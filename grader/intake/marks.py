"""Words that people and programs add to the name of a second copy, by language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

# "Copy of x", "x - Copy", "x copy 2": Windows, macOS, Google Drive and Colab.
_COPY = """
copy copied duplicate clone conflict conflicted
kopie kopien duplikat konfliktkopie kopieren
copie copies dupliquer double
copia copias duplicado cópia còpia duplicato
kopia kopii kopi kopio kópia kópie kopija kopiju kopya kopyası öğesinin koopia kopyasi
másolat másolata másolatának
afrit eintak cóip copïo
kopja kopje kopye
копия копии копія копие копија дубликат көшірмесі көшірме
αντίγραφο αντιγραφή αντιγράφου
のコピー コピー 复制 複製 副本 的副本 拷贝 拷貝 的拷贝 複本 的複本 复件 コピ
사본 의사본 사본의 의사본의 복사본 의복사본
sao chép bản salinan salin nakala
สำเนา สำเนาของ คัดลอก
प्रति प्रतिलिपि कॉपी की
نسخة نسخه رونوشت کپی
עותק העתק
kopiera avskrift copiar
"""
# "of" and the like: they mean nothing without one of the words above.
_OF = """
of de di da do du d del della dello des von vom van av af a an the der die das den
el la le les los las il lo o os e pe z ze iz od för till til för von fra från
souboru pliku datoteke failist failu файла файлу на του της του 的 の 의 của ของ dari
من از של का の の cua s x at um
"""
# What people add to their last version, and words for "exercise".
_VERSION = """
v ver vers version versión versione versie wersja verzia verze версия rev revision
final finale finalversion endversion endfassung endgültig definitiv definitivo def
finished finish done fertig terminé termine fini listo terminado finito gotowe klaar
completed complete completo complet vollständig
fixed fix corrected correct corregido korrigiert corrigé corretto poprawione
new newest neu neue neueste nuevo nueva nouveau nouvelle nuovo nuova novo nova nowy
latest last letzte letzter último ultimo ultima dernier dernière
updated update aktualisiert actualizado edited edit edited modified improved
working works clean cleaned checked verified polished bueno bien gut
attempt try versuch intento essai tentativo resubmission resubmit resubmitted
submission submit submitted abgabe abgegeben entrega rendu consegna inlämning oddanie
solved lösung loesung answer answers
really real ok good 最终 最終 最终版 最終版 完成 完成版 最新 最新版 提出 提出用
최종 최종본 완성
финал финальный итог готово
"""
_NUMBERED = """
week woche semana semaine settimana week unit unidad chapter kapitel capitulo
part teil parte partie deel lesson lektion leccion leçon lezione lab labor
exercise ex exercice ejercicio esercizio übung uebung aufgabe opgave övning zadanie
assignment hw homework hausaufgabe tarea devoir compito task ps blatt sheet
no nr num number # problem problemset section session day tag 作业 課題 課題第 과제
"""


# Written out, the longest run of digits that is a count and not somebody's number.
_COUNT_DIGITS = 3
_DATE = re.compile(
    r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?|[0-3]\d[0-3]\d20\d\d"
)
_TIME = re.compile(r"[0-2]\d[0-5]\d(?:[0-5]\d)?")
_WORD = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Word(NamedTuple):
    """A word or a number of a name, folded; `glued` if no separator precedes it."""

    text: str
    glued: bool


Words = Sequence[Word]


def fold(text: str) -> str:
    """Return a text in the form in which names are compared: no case, no accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold()
    )
    return "".join(c for c in plain if not unicodedata.category(c).startswith("M"))


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words and numbers of a name: `LossFinal_v2` has four."""
    words: list[Word] = []
    end = -1
    for found in _WORD.finditer(fold(_CAMEL.sub(" ", text))):
        words.append(Word(found.group(), found.start() == end))
        end = found.end()
    return tuple(words)


class _SoFar(NamedTuple):
    """What the words of a name have told so far."""

    copied: bool
    dated: bool


def only_marks(before: Words, after: Words, own: Sequence[Words]) -> bool:
    """Return whether words only say which copy or version a file is.

    Args:
        before: the words before an exercise's name.
        after: those after it.
        own: the words of each part of the student's own name; others' never pass.
    """
    texts = [word.text for word in (*before, *after)]
    told = _SoFar(
        copied=any(text in _COPY_WORDS for text in texts),
        dated=any(_DATE.fullmatch(text) for text in texts),
    )
    return all(_covered(words, own, told) for words in (before, after))


def _covered(words: Words, own: Sequence[Words], told: _SoFar) -> bool:
    place, after_own = 0, False
    while place < len(words):
        word = words[place]
        mine = next((name for name in own if _begins(words[place:], name)), ())
        if mine:
            place, after_own = place + len(mine), True
            continue
        if not _is_mark(word.text, told) or (after_own and word.glued):
            return False
        place, after_own = place + 1, False
    return True


def _begins(words: Words, name: Words) -> bool:
    return [word.text for word in words[: len(name)]] == [word.text for word in name]


def _is_mark(text: str, told: _SoFar) -> bool:
    if text.isdecimal():
        return (
            len(text) <= _COUNT_DIGITS
            or _DATE.fullmatch(text) is not None
            or (told.dated and _TIME.fullmatch(text) is not None)
        )
    if text in _MARKS or (text in _OF_WORDS and (told.copied or told.dated)):
        return True
    pairs = ((text[:cut], text[cut:]) for cut in range(1, len(text)))
    return any(first in _MARKS and second in _MARKS for first, second in pairs)


def _set(words: str) -> frozenset[str]:
    return frozenset(word.text for word in words_of(words))


_COPY_WORDS = _set(_COPY)
_OF_WORDS = _set(_OF)
_MARKS = _COPY_WORDS | _set(_VERSION) | _set(_NUMBERED)
