"""What pages write before a date: that it is the day of publication, or of a later change (pure)."""

from __future__ import annotations

import re

_PUBLISHED = (
    "first published", "published", "publication date", "date published", "posted", "date", "created", "issued",  # English
    "veröffentlicht", "erstellt", "erschienen", "publiziert", "datum", "vom",  # German
    "publié", "publiée", "publié le", "paru", "mis en ligne", "posté", "créé",  # French
    "publicado", "publicada", "fecha", "creado",  # Spanish, Portuguese
    "pubblicato", "pubblicata", "data", "publicat", "publicat la",  # Italian, Romanian, Catalan
    "gepubliceerd", "geplaatst", "gepubliseer",  # Dutch, Afrikaans
    "publicerad", "publisert", "udgivet", "offentliggjort", "julkaistu", "birt",  # the North
    "opublikowano", "data publikacji", "publikováno", "vydáno", "objavljeno", "objavené", "публикувано",
    "опубликовано", "опубліковано", "дата публикации", "közzétéve", "paskelbta", "publicēts", "avaldatud",
    "yayınlanma", "yayınlanma tarihi", "yayın tarihi", "giriş", "δημοσιεύτηκε", "δημοσίευση",
    "diterbitkan", "dipublikasikan", "đăng", "ngày đăng",
    "发布时间", "发布", "發布", "公開日", "公開", "掲載", "投稿日", "配信", "입력", "등록", "승인", "게시",
    "نشر", "تاريخ النشر", "פורסם", "प्रकाशित",
)  # fmt: skip
_UPDATED = (
    "last updated", "updated", "last modified", "modified", "edited", "last change",
    "zuletzt aktualisiert", "aktualisiert", "letzte aktualisierung", "letzte änderung", "aktualisierung", "zuletzt geändert", "geändert", "stand", "update",
    "mis à jour", "mise à jour", "modifié", "actualisé", "dernière mise à jour",
    "última actualización", "actualizado", "actualizada", "atualizado", "atualizada", "modificado",
    "aggiornato", "ultimo aggiornamento", "modificato", "actualizat", "actualitzat",
    "bijgewerkt", "gewijzigd", "laatst bijgewerkt", "opgedateer",
    "uppdaterad", "senast uppdaterad", "oppdatert", "sist oppdatert", "opdateret", "päivitetty", "muokattu", "uppfært",
    "zaktualizowano", "aktualizacja", "aktualizováno", "aktualizované", "ažurirano", "обновлено", "оновлено", "обновена",
    "frissítve", "atnaujinta", "atjaunots", "uuendatud", "güncelleme", "güncellenme", "güncellenme tarihi", "son güncelleme", "ενημερώθηκε",
    "diperbarui", "cập nhật", "更新时间", "更新日", "最終更新", "更新", "수정", "최종수정", "تحديث", "آخر تحديث", "עודכן", "अपडेट",
)  # fmt: skip


def _any_of(labels: tuple[str, ...]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))


LABEL = re.compile(
    rf"(?<!\w)(?:(?P<updated>{_any_of(_UPDATED)})|(?P<published>{_any_of(_PUBLISHED)}))(?!\w)\s*[:：]?\s*",
    re.IGNORECASE,
)
"""A label with the colon after it; which of its two groups matched says of what."""
