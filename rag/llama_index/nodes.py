"""What Citewire found and cited -> nodes and blocks of LlamaIndex (pure): exact slices with their places, never re-split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.llms.types import CitationBlock, TextBlock
from llama_index.core.schema import NodeRelationship, NodeWithScore, ObjectType, RelatedNodeInfo, TextNode

from index.articles import Article
from rag.answer_types import Answer, Citation, Hit, Quote

# What a model is shown beside the words: title, outlet and day. All else is for programs.
_FOR_PROGRAMS = [
    "article_id",
    "article_sha256",
    "version",
    "start",
    "end",
    "headline_sha256",
    "url",
    "updated",
    "author",
    "origin",
    "n",
]


def hit_nodes(found: Sequence[tuple[Hit, Article]]) -> list[NodeWithScore]:
    """Return the passages that a search found, each with its article.

    ``node.text == article.text[node.start_char_idx : node.end_char_idx]`` for the article whose hash the metadata give. The score is
    that of the search, comparable within it only.
    """
    return [
        NodeWithScore(
            node=_node(
                hit.text,
                hit.start,
                hit.end,
                {
                    "article_id": article.id,
                    "article_sha256": article.sha256,
                    "version": article.version,
                    "title": article.title,
                    "outlet": article.outlet,
                    "author": article.author,
                    "published": article.published,
                    "updated": article.updated,
                    "url": article.url,
                    "origin": article.origin,
                },
            ),
            score=hit.score,
        )
        for hit, article in found
    ]


def citation_nodes(cited: Sequence[Citation | Quote]) -> list[NodeWithScore]:
    """Return quotes as nodes: their text is the quoted words, their score, where they have one, that they answer the question."""
    return [
        NodeWithScore(
            node=_node(
                each.quote,
                each.start,
                each.end,
                {
                    "n": each.n,
                    "article_id": each.article_id,
                    "article_sha256": each.article_sha256,
                    "version": each.version,
                    "title": each.title,
                    "outlet": each.outlet,
                    "author": each.author,
                    "published": each.published,
                    "updated": each.updated,
                    "url": each.url,
                    "origin": each.origin,
                    "headline_sha256": each.headline_sha256,
                },
            ),
            score=each.score if isinstance(each, Quote) else None,
        )
        for each in cited
    ]


def citation_blocks(answer: Answer) -> list[TextBlock | CitationBlock]:
    """Return an answer as the blocks of a chat message: its text, then each citation with its number and its place."""
    return [
        TextBlock(text=answer.text),
        *(
            CitationBlock(
                cited_content=TextBlock(text=each.quote),
                source=each.url or f"citewire://article/{each.article_id}",
                title=each.title or each.outlet or each.article_id,
                additional_location_info={"n": each.n, "start_char_index": each.start, "end_char_index": each.end},
            )
            for each in answer.citations
        ),
    ]


def _node(text: str, start: int, end: int, facts: dict[str, Any]) -> TextNode:
    article_id, sha256 = facts["article_id"], facts["article_sha256"]
    return TextNode(
        # The same words of the same version are the same node, whoever found them.
        id_=f"{article_id}:{(facts.get('headline_sha256') or sha256)[:16]}:{start}-{end}",
        text=text,
        start_char_idx=start,
        end_char_idx=end,
        metadata=facts | {"start": start, "end": end},
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
        excluded_embed_metadata_keys=_FOR_PROGRAMS,
        relationships={
            NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article_id, node_type=ObjectType.DOCUMENT, hash=sha256)
        },
    )
