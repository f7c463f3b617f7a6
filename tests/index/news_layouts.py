"""Pages built in the manner of ten well-known news sites, with invented articles whose text and facts are known.

Each layout has what its model surrounds an article with: menus, consent banners, advertisements, players, share bars,
related links, sign-up boxes, captions, biographies. Four variants of each state their facts in different ways: JSON-LD,
JSON-LD as a graph or a list, meta tags only, and what a reader sees only. A few pages state no date at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from tests.index.stories import STORIES, Story

VARIANTS = ("ld", "graph", "meta", "visible")


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment in the forms in which pages write it."""

    zulu: str
    local: str
    iso: str
    day: str
    long: str
    short: str


PUBLISHED = Moment(
    zulu="2031-06-05T14:30:00.000Z", local="2031-06-05T10:30:00-04:00", iso="2031-06-05T14:30:00+00:00",
    day="2031-06-05", long="June 5, 2031", short="5 June 2031",
)  # fmt: skip
UPDATED_ZULU, UPDATED_ISO = "2031-06-06T08:05:00.000Z", "2031-06-06T08:05:00+00:00"


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is to be found in it."""

    layout: str
    variant: str
    html: str
    text: str
    title: str
    outlet: str | None
    published: str | None
    updated: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None


def make_pages() -> list[Page]:
    """Return all pages: every layout in every variant, then those without a date, a live blog and two AMP pages."""
    pages = []
    for number, (name, build) in enumerate(LAYOUTS.items()):
        for place, variant in enumerate(VARIANTS):
            pages.append(build(name, variant, STORIES[(number + 2 * place) % len(STORIES)]))
    return [*pages, *_undated_pages(), *_amp_pages(), live_blog()]


def _paragraphs(story: Story, open_tag: str, close_tag: str, between: dict[int, str], heading: str = "h2") -> str:
    """Return the blocks of a story as markup, with what stands between them after the block of that number."""
    out: list[str] = []
    for number, block in enumerate(story.blocks):
        words = _inline(block, number)
        if block.startswith("## "):
            out.append(f"<{heading}>{words}</{heading}>")
        elif block.startswith("- "):
            opening = "" if out and out[-1].endswith("</li></ul>") else "<ul>"
            if not opening:
                out[-1] = out[-1].removesuffix("</ul>")
            out.append(f"{opening}<li>{words}</li></ul>")
        elif block.startswith("> "):
            out.append(f"<blockquote><p>{words}</p></blockquote>")
        else:
            out.append(f"{open_tag}{words}{close_tag}")
        if number in between:
            out.append(between[number])
    return "\n".join(out)


def _inline(block: str, number: int) -> str:
    """Return a block with a link or emphasis in the middle of it, as real paragraphs have."""
    words = block.removeprefix("## ").removeprefix("- ").removeprefix("> ")
    pieces = words.split(" ")
    if number % 3 == 1 and len(pieces) > 20:
        linked = escape(" ".join(pieces[6:10]))
        return f'{escape(" ".join(pieces[:6]))} <a href="/topic/{number}">{linked}</a> {escape(" ".join(pieces[10:]))}'
    if number % 3 == 2 and len(pieces) > 20:
        return f"{escape(' '.join(pieces[:8]))} <em>{escape(pieces[8])}</em> {escape(' '.join(pieces[9:]))}"
    return escape(words)


def _script(tree: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(tree, ensure_ascii=False)}</script>'


def _news_article(story: Story, outlet: str, url: str, kind: str = "NewsArticle", **more: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": story.title,
        "description": story.summary,
        "url": url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "author": [{"@type": "Person", "name": story.author, "url": "/profile"}],
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": outlet,
            "logo": {"@type": "ImageObject", "url": "/l.png"},
        },
        "image": [{"@type": "ImageObject", "url": "/p.jpg", "width": 1200}],
        "articleSection": story.section,
        "inLanguage": story.language,
        "datePublished": PUBLISHED.zulu,
        "dateModified": UPDATED_ZULU,
    } | more


def _meta(story: Story, outlet: str, url: str, *, dates: bool = True) -> str:
    lines = [
        f'<meta property="og:title" content="{escape(story.title)}">',
        f'<meta property="og:site_name" content="{escape(outlet)}">',
        f'<meta property="og:url" content="{url}"><meta property="og:type" content="article">',
        f'<meta name="description" content="{escape(story.summary)}">',
        f'<meta name="author" content="{escape(story.author)}">',
        f'<meta property="article:section" content="{escape(story.section)}">',
        f'<link rel="canonical" href="{url}">',
    ]
    if dates:
        lines.append(f'<meta property="article:published_time" content="{PUBLISHED.local}">')
        lines.append(f'<meta property="article:modified_time" content="{UPDATED_ZULU}">')
    return "\n".join(lines)


def _facts(story: Story, outlet: str, url: str, variant: str) -> str:
    """Return the head's statements in one of the variants."""
    if variant == "ld":
        return _meta(story, outlet, url, dates=False) + _script(_news_article(story, outlet, url))
    if variant == "graph":
        article = _news_article(
            story, outlet, url, "ReportageNewsArticle", publisher={"@id": "#org"}, author={"@id": "#who"}
        )
        graph = [
            {"@type": "WebSite", "@id": "#site", "name": "A site"},
            {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "Home"}]},
            {"@type": "NewsMediaOrganization", "@id": "#org", "name": outlet},
            {"@type": "Person", "@id": "#who", "name": story.author},
            article,
        ]
        return f'<link rel="canonical" href="{url}">' + _script({"@context": "https://schema.org", "@graph": graph})
    if variant == "meta":
        return _meta(story, outlet, url)
    return _meta(story, outlet, url, dates=False)


def _page(
    layout: str,
    variant: str,
    story: Story,
    outlet: str,
    url: str,
    markup: str,
    *,
    published: str | None = PUBLISHED.iso,
) -> Page:
    """Return a page with what its variant lets one know."""
    if variant == "meta" and published:
        published = PUBLISHED.local
    updated = UPDATED_ISO if variant in ("ld", "graph", "meta") else None
    return Page(
        layout=layout, variant=variant, html=markup, text=story.text, title=story.title, outlet=outlet,
        published=published, updated=updated, author=story.author.replace(" and ", ", "), section=story.section, language=story.language, url=url,
    )  # fmt: skip


def _related(story: Story, count: int = 4) -> list[Story]:
    return [other for other in STORIES if other is not story][:count]


def agency(layout: str, variant: str, story: Story) -> Page:
    """In the manner of AP: a large page wrapper, rich text, hub peeks between the paragraphs."""
    outlet, url = "Continental Press", f"https://conpress.example/article/{story.slug}"
    peek = "".join(
        f'<div class="PageList-items-item"><a class="Link" href="/{other.slug}"><h3 class="PagePromo-title">{escape(other.title)}</h3></a>'
        f'<div class="PagePromo-description">{escape(other.summary)}</div></div>'
        for other in _related(story, 3)
    )
    between = {
        1: f'<div class="HTMLModuleEnhancement"><div class="PageListEnhancementGeneric"><h4>Related Stories</h4>{peek}</div></div>',
        3: '<div class="SovrnAd Advertisement"><div id="gpt-slot-1">ADVERTISEMENT</div></div>',
    }
    shown = (
        f'<span data-date="">Published <time datetime="{PUBLISHED.zulu}">10:30 AM EDT, {PUBLISHED.long}</time></span>'
        if variant == "visible"
        else '<bsp-timestamp data-timestamp="1938522600000"></bsp-timestamp>'
    )
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | Continental Press</title>{_facts(story, outlet, url, variant)}</head>
<body class="Page-body"><header class="Page-header"><nav><ul><li><a href="/world">World</a></li><li><a href="/us">Nation</a></li><li><a href="/sports">Sports</a></li></ul></nav>
<div class="Page-header-trending-zone"><a href="/t1">Storm season</a><a href="/t2">Harvest prices</a></div></header>
<main class="Page-oneColumn"><div class="Page-content"><h1 class="Page-headline">{escape(story.title)}</h1>
<div class="Page-lead"><figure class="Figure"><img src="p.jpg" alt="A picture"><figcaption class="Figure-caption"><p>A view of the scene on Tuesday, in a picture taken from the air. (Continental Press Photo/Lars Ek)</p></figcaption></figure></div>
<div class="Page-byline"><div class="Page-authors">By&nbsp;<a href="/author">{escape(story.author.upper())}</a></div><div class="Page-dateModified">{shown}</div>
<div class="Page-actions"><button>Share</button><ul class="ActionLinks"><li>Copy</li><li>Email</li><li>Print</li></ul></div></div>
<div class="RichTextStoryBody RichTextBody">{_paragraphs(story, "<p>", "</p>", between)}
<p>___</p><p>Follow the coverage of the Continental Press at <a href="https://conpress.example/hub">https://conpress.example/hub</a></p></div>
<div class="Page-authorInfo"><div class="AuthorBio"><p>Brandt covers courts and councils for the Continental Press from the coast. She has been a reporter for eleven years.</p></div></div>
</div></main><aside class="Page-aside"><h2>Most read</h2>{peek}</aside>
<footer class="Page-footer"><p>The Continental Press is an independent organisation dedicated to factual reporting. Founded in 1951, it remains the most trusted source of fast news in all formats.</p></footer>
<div id="onetrust-consent-sdk"><div class="ot-sdk-row"><h2>We value your privacy</h2><p>We and our partners store information on a device, such as cookies, and process personal data for personalised advertising.</p><button>Accept All</button></div></div></body></html>"""
    return _page(layout, variant, story, outlet, url, markup)


def wire(layout: str, variant: str, story: Story) -> Page:
    """In the manner of Reuters: hashed class names, paragraphs that are no <p>, a line about standards."""
    outlet, url = "Halden Wire", f"https://haldenwire.example/world/{story.slug}-2031-06-05/"
    between = {
        0: '<div class="ad-slot__container__FEnoz ad-slot__dark"><div class="ad-slot__inner">Advertisement · Scroll to continue</div></div>',
        2: '<div class="article-body__element__2p5pI"><div class="newsletter__container__a1" data-testid="NewsletterSignUp"><p>The Daily Halden newsletter provides all the news you need to start your day. Sign up here.</p></div></div>',
    }
    paragraphs = _paragraphs(
        story,
        '<div data-testid="paragraph" class="text__text__1FZLe text__dark-grey__3Ml43 article-body__paragraph__2-BtD">',
        "</div>",
        between,
    )
    date = f'<time datetime="{PUBLISHED.zulu}" data-testid="Text"><span>{PUBLISHED.long}</span><span>2:30 PM UTC</span></time>'
    related = "".join(
        f'<li><a href="/{other.slug}" data-testid="Heading">{escape(other.title)}</a><time datetime="2031-06-0{n}T09:00:00Z">June {n}</time></li>'
        for n, other in enumerate(_related(story), 1)
    )
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | Halden Wire</title>{_facts(story, outlet, url, variant)}</head><body>
<div class="site-header__container"><a href="#main-content">Skip to main content</a><ul><li>World</li><li>Business</li><li>Markets</li><li>My News</li></ul></div>
<main id="main-content"><article class="article__container__2MUeZ" data-testid="Article"><div class="article__main__33WV2">
<header class="article-header__wrapper"><h1 data-testid="Heading">{escape(story.title)}</h1><div class="info-content__author-date__1Epi_"><span>By <a href="/a" rel="author">{escape(story.author)}</a></span>{date}<span>Updated 17 hours ago</span></div></header>
<div data-testid="primary-image"><figure><img src="x.jpg"><figcaption>[1/3] People walk past the building in the rain, June 4, 2031. HALDEN WIRE/Magda Rho <a>Purchase Licensing Rights</a>, opens new tab</figcaption></figure></div>
<ul class="summary__wrapper" data-testid="Summary" aria-label="Summary"></ul>
<div class="article-body__content__17Yit">{paragraphs}
<p data-testid="Body" class="article-body__trust">Our Standards: <a href="/standards">The Halden Wire Trust Principles.</a></p>
<div class="toolbar__container__7C4l"><ul><li>X</li><li>Facebook</li><li>LinkedIn</li><li>Email</li><li>Link</li></ul><button>Purchase Licensing Rights</button></div>
<address class="author-bio__author-card"><div class="author-bio__bio">Reports on ports, banks and other places where money waits. Before joining the wire she taught mathematics on an island.</div></address></div></div>
<section class="read-next__container"><h2>Read Next</h2><ul>{related}</ul></section></article></main>
<footer><p>All quotes delayed a minimum of 15 minutes. See here for a complete list of exchanges and delays. © 2031 Halden Wire. All rights reserved</p></footer></body></html>"""
    return _page(layout, variant, story, outlet, url, markup)


def broadcaster(layout: str, variant: str, story: Story) -> Page:
    """In the manner of BBC: data-component blocks, generated class names, a topic list."""
    outlet, url = "ICB News", f"https://www.icb.example/news/{story.slug}"
    block = '<div data-component="text-block" class="ssrcss-1ocoo3l-Wrap e42f8511"><div class="ssrcss-7uxr49-RichTextContainer"><p class="ssrcss-1q0x1qg-Paragraph e1jhz7w10">'
    links = "".join(
        f'<li class="ssrcss-item"><a href="/news/{other.slug}"><span>{escape(other.title)}</span></a></li>'
        for other in _related(story, 3)
    )
    between = {
        2: f'<div data-component="links-block"><div class="ssrcss-LinksBlock"><ul>{links}</ul></div></div>',
        4: '<div data-component="image-block"><figure><img alt="x"><figcaption data-component="caption-block">Image caption, Residents have waited for months to hear what the future holds</figcaption></figure></div>',
    }
    time = (
        f'<time data-testid="timestamp" datetime="{PUBLISHED.zulu}">{PUBLISHED.short}</time>'
        if variant in ("visible", "ld")
        else "<span>5 hours ago</span>"
    )
    markup = f"""<!DOCTYPE html><html lang="{story.language}-GB"><head><title>{escape(story.title)} - ICB News</title>{_facts(story, outlet, url, variant)}</head><body>
<header role="banner"><nav aria-label="ICB"><ul><li>Home</li><li>News</li><li>Sport</li><li>Weather</li><li>iPlay</li></ul></nav></header>
<section aria-label="Cookie banner" class="ssrcss-cookie-banner" id="icbcookies"><h2>Let us know you agree to cookies</h2><p>We use cookies to give you the best online experience. Please let us know if you agree to all of these cookies.</p><button>Yes, I agree</button></section>
<main id="main-content"><article class="ssrcss-pv1rh6-ArticleWrapper"><header data-component="headline-block"><h1 id="main-heading" tabindex="-1">{escape(story.title)}</h1></header>
<div data-component="byline-block" class="ssrcss-byline">{time}<div><span>{escape(story.author)}</span><div>ICB News correspondent</div></div></div>
<div data-component="tag-and-share"><button>Share</button><button>Save</button></div>
{_paragraphs(story, block, "</p></div></div></div>", between)}
<div data-component="topic-list"><h2>Related Topics</h2><ul><li><a href="/t/1">Ports</a></li><li><a href="/t/2">Councils</a></li></ul></div>
<section data-component="links-block"><h2>More on this story</h2><ul>{links}</ul></section></article>
<aside><h2>Top stories</h2><ol>{links}</ol><h2>Elsewhere on the ICB</h2><p>The islanders who taught a parrot to vote</p></aside></main>
<footer><p>© 2031 ICB. The ICB is not responsible for the content of external sites. Read about our approach to external linking.</p></footer></body></html>"""
    return _page(layout, variant, story, outlet, url, markup)


def daily(layout: str, variant: str, story: Story) -> Page:
    """In the manner of the Guardian: islands, inline newsletter figures, an appeal for money at the end."""
    outlet, url = "The Sentinel", f"https://www.thesentinel.example/world/2031/jun/05/{story.slug}"
    between = {
        1: '<figure data-spacefinder-role="inline" data-spacefinder-type="NewsletterSignupBlockElement"><aside aria-label="newsletter promotion"><p>Sign up to First Thing</p><p>Our morning briefing breaks down the key stories of the day, telling you what is happening and why it matters</p><form><label>Enter your email address</label><button>Sign up</button></form><p>Privacy Notice: Newsletters may contain info about charities, online ads, and content funded by outside parties.</p></aside></figure>',
        3: f'<aside data-spacefinder-role="supporting" data-gu-name="pullquote"><blockquote>{escape(" ".join(story.paragraphs[0].split()[:14]))}</blockquote></aside>',
        2: f'<figure data-spacefinder-role="richLink"><gu-island name="RichLinkComponent"><div class="dcr-richlink"><a href="/x">{escape(_related(story)[0].title)}</a><span>Read more</span></div></gu-island></figure>',
    }
    details = "<details><summary><span>Thu 5 Jun 2031 15.30 BST</span></summary>Last modified on Fri 6 Jun 2031 09.05 BST</details>"
    time = f'<time datetime="{PUBLISHED.zulu}">{PUBLISHED.short}</time>' if variant == "visible" else ""
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | {escape(story.section)} | The Sentinel</title>{_facts(story, outlet, url, variant)}</head><body>
<a href="#maincontent" class="skip">Skip to main content</a><div id="bannerandheader"><div class="top-banner-ad-container">Advertisement</div><header><gu-island name="Titlepiece"><p>Support the Sentinel</p><a>Print subscriptions</a><a>Sign in</a></gu-island></header></div>
<main data-layout="StandardLayout"><article><div data-gu-name="media"><figure><picture><img></picture><figcaption><span>The scene on Thursday. Photograph: Ines Wolde/The Sentinel</span></figcaption></figure></div>
<div data-gu-name="title"><a href="/tone">{escape(story.section)}</a></div><div data-gu-name="headline"><h1>{escape(story.title)}</h1></div>
<div data-gu-name="standfirst"><div class="dcr-standfirst"><p>{escape(story.summary)}</p></div></div>
<aside data-gu-name="meta"><address aria-label="Contributor info"><a rel="author" href="/profile/x">{escape(story.author)}</a></address>{details}{time}<div data-component="share"><button>Share</button></div></aside>
<div id="maincontent" data-gu-name="body"><div class="article-body-commercial-selector article-body-viewer-selector dcr-body">{_paragraphs(story, '<p class="dcr-16w5gq9">', "</p>", between)}</div></div>
<div data-gu-name="submeta"><span>Explore more on these topics</span><ul><li><a href="/a">World</a></li><li><a href="/b">News</a></li></ul><a href="/reuse">Reuse this content</a></div></article>
<div id="slot-body-end" class="contributions-epic"><h2>I hope you appreciated this article.</h2><p>Before you move on, I wanted to ask whether you could support the Sentinel's journalism as we face down the challenges of 2031. Support us from just 1 crown. It takes less than a minute. Thank you.</p></div>
<section id="most-viewed"><h2>Most viewed</h2><ol>{"".join(f"<li>{escape(other.title)}</li>" for other in _related(story))}</ol></section></main>
<footer><p>Original reporting and incisive analysis, direct from the Sentinel every morning</p></footer></body></html>"""
    return _page(layout, variant, story, outlet, url, markup)


def gazette(layout: str, variant: str, story: Story) -> Page:
    """In the manner of the New York Times: companion columns, hashed names, advertisements one can skip."""
    outlet, url = "The Port Halden Times", f"https://www.phtimes.example/2031/06/05/{story.slug}.html"
    advert = '<div class="css-g5vbvy" id="story-ad-{n}-wrapper"><div id="story-ad-{n}-slug" class="ad-wrapper"><p>Advertisement</p></div><a href="#after-story-ad-{n}">SKIP ADVERTISEMENT</a></div>'
    column, end = (
        '<div class="css-s99gbd StoryBodyCompanionColumn"><div class="css-53u6y8"><p class="css-at9mc1 evys1bk0">',
        '</p></div><aside class="css-ew4tgv" aria-label="companion column"></aside></div>',
    )
    between = {
        1: advert.format(n=1),
        4: advert.format(n=2),
        2: '<div data-testid="photoviewer-wrapper"><figure class="sizeMedium"><span>Image</span><figcaption data-testid="photoviewer-children-ImageCaption"><span>Workers on the quay before dawn.</span><span><span>Credit...</span>Dina Marsh for The Port Halden Times</span></figcaption></figure></div>',
    }
    shown = f'<time class="css-1z1nqv" datetime="{PUBLISHED.local}"><span>{PUBLISHED.long}</span></time>'
    published = PUBLISHED.local if variant in ("meta", "visible") else PUBLISHED.iso
    facts = _facts(story, outlet, url, variant)
    markup = f"""<!DOCTYPE html><html lang="{story.language}" class="story"><head><title>{escape(story.title)} - The Port Halden Times</title>{facts}</head><body>
<div id="app"><div class="NYTAppHideMasthead"><header><section><button>Sections</button><button>SEARCH</button></section><a href="/">Skip to content</a><a>Skip to site index</a></header></div>
<main id="site-content"><article id="story" class="css-1vxca1d"><div id="top-wrapper" class="css-1sy8kpn"><p>Advertisement</p><a href="#after-top">SKIP ADVERTISEMENT</a></div>
<header class="css-1dbdm8c"><h1 id="link-1" data-testid="headline">{escape(story.title)}</h1><p id="article-summary" class="css-h99hf">{escape(story.summary)}</p>
<div data-testid="reading-time-module"><button>Listen to this article · 7:12 min</button><a>Learn more</a></div><ul data-testid="share-tools"><li><button>Share full article</button></li><li><button><span>214</span></button></li></ul>
<div class="css-byline"><p class="css-4anu6l">By <span itemprop="name">{escape(story.author)}</span></p><p>Reporting from the coast</p>{shown}</div></header>
<section name="articleBody" class="meteredContent css-1r7ky0e">{_paragraphs(story, column, end, between)}</section>
<div class="bottom-of-article"><div class="css-bio"><p>Quentin Osei is a reporter for The Times who covers the economy of the region, with a focus on what people pay for bread.</p></div>
<p class="css-print">A version of this article appears in print on June 6, 2031, Section A, Page 4 of the Coastal edition with the headline: Port Lease to End. <a>Order Reprints</a> | <a>Today's Paper</a> | <a>Subscribe</a></p></div>
<div id="comments-panel"><button>Comments 214</button><p>The comments section is closed.</p></div></article>
<section id="related"><h2>Related Content</h2>{"".join(f'<a href="/2031/06/0{n}/{o.slug}.html"><h3>{escape(o.title)}</h3><p>{escape(o.summary)}</p></a>' for n, o in enumerate(_related(story), 1))}</section></main>
<footer><nav><h2>Site Index</h2><ul><li>© 2031 The Port Halden Times Company</li><li>Contact Us</li></ul></nav></footer></div></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


def cable(layout: str, variant: str, story: Story) -> Page:
    """In the manner of CNN: placeholders, a source line, related cards and a video between the paragraphs."""
    outlet, url = "NCN", f"https://edition.ncn.example/2031/06/05/world/{story.slug}/index.html"
    related = _related(story)
    between = {
        1: f'<div data-component-name="related-content" class="related-content related-content--article"><div class="related-content__image"></div><p class="related-content__headline"><span class="related-content__label">Related article</span><span data-editable="content.headline">{escape(related[0].title)}</span></p><div class="related-content__read">3 min read</div></div>',
        2: '<div class="ad-slot-dynamic" data-ad-slot-rail="true"><div class="ad-slot__ad-label">Ad Feedback</div></div>',
        3: '<div class="image image__dam" data-component-name="image"><div class="image__container"><img></div><div class="image__caption attribution"><span data-editable="metaCaption">A crane stands idle above the harbour on Tuesday.</span></div><figcaption class="image__credit">Olu Marr/NCN</figcaption></div>',
        5: '<div class="video-resource" data-component-name="video-resource"><div class="video-resource__headline">Video shows the moment the council chamber fell silent</div><span>01:27</span> <span>- Source: NCN</span></div>',
    }
    stamp = f'<div class="timestamp vossi-timestamp" data-uri="x">{"Published" if variant == "visible" else "Updated"} 10:30 AM EDT, Thu {PUBLISHED.long}</div>'
    published = PUBLISHED.local if variant == "visible" else PUBLISHED.iso
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | NCN</title>{_facts(story, outlet, url, variant)}</head><body class="layout layout-with-rail">
<div class="header__wrapper"><nav class="header__nav"><a>US</a><a>World</a><a>Politics</a><a>Business</a></nav><div class="user-account-nav"><a>My Account</a><a>Log out</a></div></div>
<div class="ad-feedback__modal"><h4>NCN values your feedback</h4><p>1. How relevant is this ad to you?</p><p>2. Did you encounter any technical issues?</p></div>
<section class="layout__wrapper"><div class="headline headline--has-lowertext"><h1 class="headline__text" id="maincontent" data-editable="headlineText">{escape(story.title)}</h1><div class="headline__byline byline"><div class="byline__names">By <span class="byline__name">{escape(story.author)}</span>, NCN</div><div class="headline__byline-sub-text">4 min read{stamp}</div></div></div>
<div class="social-share"><a>Facebook</a><a>Tweet</a><a>Email</a><span>Link Copied!</span></div>
<article class="article" data-unselectable="true"><section class="body"><main class="article__main"><div class="article__content-container"><div class="article__content" itemprop="articleBody" data-reorderable="content">
{_paragraphs(story, '<p class="paragraph inline-placeholder vossi-paragraph" data-editable="text" data-component-name="paragraph">', "</p>", between)}
<p class="footnote inline-placeholder" data-component-name="footnote"><em>NCN's Wanda Pell and Ito Brasker contributed to this report.</em></p></div></div></main></section></article>
<div class="article__tail"><div class="container__headline">Up next</div>{"".join(f'<div class="card container__item"><a href="/x"><span class="container__headline-text">{escape(o.title)}</span></a><div class="container__text">{n + 2} minute read</div></div>' for n, o in enumerate(related))}</div></section>
<aside class="rail"><h2>Most read</h2><ol>{"".join(f"<li>{escape(o.title)}</li>" for o in related)}</ol></aside>
<footer><p>© 2031 Northern Cable Network. A Wheelwright Company. All Rights Reserved. NCN Sans ™ & © 2016 Northern Cable Network.</p></footer></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


def capital(layout: str, variant: str, story: Story) -> Page:
    """In the manner of the Washington Post: a subscriber's page, interstitial links, a summary box, comments."""
    outlet, url = "The Capital Courier", f"https://www.capitalcourier.example/world/2031/06/05/{story.slug}/"
    between = {
        1: f'<div class="hide-for-print" data-qa="interstitial"><p data-el="interstitial" class="interstitial"><a href="/y">[ {escape(_related(story)[1].title)} ]</a></p></div>',
        3: '<div class="dn-ns hide-for-print relative flex justify-center"><div class="center absolute"><div>Advertisement</div></div><div>Story continues below advertisement</div></div>',
        2: '<div data-qa="newsletter-inline"><div><span>Follow World news</span><button>Follow</button></div></div>',
    }
    script = _facts(story, outlet, url, variant)
    if variant == "ld":
        script = _meta(story, outlet, url, dates=False) + _script(
            [
                _news_article(
                    story,
                    outlet,
                    url,
                    isAccessibleForFree=False,
                    hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".article-body"},
                )
            ]
        )
    date = (
        f'<span data-testid="display-date" class="wpds-display-date">{PUBLISHED.long} at 10:30 a.m. EDT</span>'
        if variant == "visible"
        else '<span data-testid="display-date">Yesterday at 10:30 a.m.</span>'
    )
    published = PUBLISHED.local if variant == "visible" else PUBLISHED.iso
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} - The Capital Courier</title>{script}</head><body><div id="__next">
<nav data-qa="sc-header"><a>Democracy does its laundry in the light</a><button>Sections</button><a href="/subscribe">Subscribe</a><a>Sign in</a></nav>
<main id="main-content"><article data-qa="main"><header class="PageHeader"><div class="overline"><a>{escape(story.section)}</a></div><h1 data-qa="headline" id="main-content"><span data-qa="headline-opinion-text"></span>{escape(story.title)}</h1><h2 data-qa="subheadline" class="subheadline">{escape(story.summary)}</h2>
<div class="article-meta"><div>{date}</div><div data-qa="reading-time">6 min</div><div data-qa="article-actions"><button>Make us preferred on Seeker</button><button>Summary</button><button>212</button></div></div>
<figure><img><figcaption>Cranes at the southern quay. (Bram Oster/The Capital Courier)</figcaption></figure><div class="byline"><div data-qa="attribution-text">By <a rel="author" data-qa="author-name">{escape(story.author)}</a></div></div></header>
<div class="grid-body"><div class="teaser-content">{_paragraphs(story, '<div class="article-body" data-qa="article-body"><p data-testid="drop-cap-letter" data-el="text" class="wpds-c-heFNVF font-copy">', "</p></div>", between, "h3")}</div></div>
<div data-qa="comments-summary"><h3>What readers are saying</h3><p>The comments reflect a mix of scepticism and weariness about the decision. Many readers blame the previous council. This summary is AI-generated.</p></div>
<div class="author-card" data-qa="author-bio"><div>By <a>{escape(story.author)}</a></div><p>A staff writer who covers the coast and its quarrels for the Courier since 2024.</p></div></article>
<div id="more-from-the-post"><h2>More from the Courier</h2><ul>{"".join(f"<li><h3>{escape(o.title)}</h3></li>" for o in _related(story))}</ul></div></main>
<footer><ul><li>© 1977-2031 The Capital Courier</li><li>About</li><li>Contact the Newsroom</li></ul></footer></div></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


def channel(layout: str, variant: str, story: Story) -> Page:
    """In the manner of Fox News: headlines in capitals between the paragraphs, calls to an app, a biography."""
    outlet, url = "Beacon News", f"https://www.beaconnews.example/world/{story.slug}"
    others = _related(story)
    between = {
        1: f'<p><a href="/{others[0].slug}"><strong>{escape(others[0].title.upper())}</strong></a></p>',
        2: '<div class="image-ct inline"><div class="m"><picture><img></picture></div><div class="caption"><p>A file picture shows the place in calmer days. (Beacon News/Gwen Sato)</p></div></div>',
        3: '<p><a href="/apps"><strong>CLICK HERE TO GET THE BEACON NEWS APP</strong></a></p>',
        4: '<div class="ad-container desktop ad-h-250"><div class="ad gam" data-ad-pos="inread"></div></div><div class="featured featured-video video-ct" data-v-1><div class="contain"><div class="control"><a href="#">Video</a></div><div class="info"><div class="caption"><h4 class="title">Crowds gather as the sirens sound</h4></div></div></div></div>',
    }
    stamp = (
        f'<time datetime="{PUBLISHED.local}">Published {PUBLISHED.long} 10:30am EDT</time>'
        if variant in ("visible", "ld")
        else ""
    )
    published = PUBLISHED.local if variant == "visible" else PUBLISHED.iso
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | Beacon News</title>{_facts(story, outlet, url, variant)}</head><body class="beacon-news article-single">
<header class="site-header"><div class="branding"><a class="logo">Beacon News</a></div><div class="primary-nav"><nav><ul><li>Nation</li><li>Politics</li><li>Opinion</li></ul></nav></div><div class="search-wrap"><form><label>Search</label><input type="search"></form></div></header>
<div class="page-content"><main class="main-content"><article class="article-wrap has-video"><header class="article-header"><div class="article-meta article-meta-upper"><span class="eyebrow"><a>{escape(story.section)}</a></span><span class="article-date">{stamp}</span></div>
<h1 class="headline speakable">{escape(story.title)}</h1><h2 class="sub-headline speakable">{escape(story.summary)}</h2><div class="article-meta article-meta-lower"><div class="author-byline">By <span><a>{escape(story.author)}</a></span> <span class="article-source">Beacon News</span></div><div class="article-social"><ul><li>Facebook</li><li>X</li><li>Print</li></ul></div></div></header>
<div class="article-content-wrap sticky-columns"><div class="article-content"><div class="article-body"><div class="featured featured-video"><p class="caption">NEWYou can now listen to Beacon News articles!</p></div>{_paragraphs(story, '<p class="speakable">', "</p>", between)}
<div class="article-gating-wrapper"></div><div class="author-bio"><p>{escape(story.author)} is a reporter for Beacon News Digital. Story tips can be sent by post.</p></div></div>
<div class="article-footer"><div class="sidebar-columns"><h3>Related Topics</h3><ul><li>World</li><li>Ports</li></ul></div></div>
<div class="newsletter-signup"><h3>Beacon News First</h3><p>Get all the stories you need-to-know from the most powerful name in news delivered first thing every morning to your inbox.</p><button>Subscribe</button><p>By entering your email and clicking the Subscribe button, you agree to the Beacon News Privacy Policy and Terms of Use.</p></div></div></div></article></main>
<aside class="sidebar"><h3>Trending</h3>{"".join(f'<article class="article"><h2 class="title"><a>{escape(o.title)}</a></h2><span class="time">June {n}, 2031</span></article>' for n, o in enumerate(others, 1))}</aside></div>
<footer class="site-footer"><p class="copyright">This material may not be published, broadcast, rewritten, or redistributed. ©2031 Beacon News Network. All rights reserved. Quotes displayed in real-time or delayed by at least 15 minutes.</p></footer></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


def gulf(layout: str, variant: str, story: Story) -> Page:
    """In the manner of Al Jazeera: a wysiwyg column, a recommended list inside it, a date for screen readers."""
    outlet, url = "Al Manara", f"https://www.almanara.example/news/2031/6/5/{story.slug}"
    others = _related(story, 3)
    between = {
        1: '<div class="container--ads" data-ad="x"><div>Advertisement</div></div>',
        2: f'<div class="more-on"><h2 class="more-on__heading">Recommended Stories</h2><span class="screen-reader-text">list of 3 items</span><ul class="more-on__list">{"".join(f"<li><article><h3><a>{escape(o.title)}</a></h3></article></li>" for o in others)}</ul><span class="screen-reader-text">end of list</span></div>',
        4: '<figure class="wp-block-image"><img><figcaption>Boats wait in the bay for news from the council [Femi Adler/Al Manara]</figcaption></figure>',
    }
    date = f'<div class="date-simple css-1yjq2zp"><span class="screen-reader-text">Published On {PUBLISHED.short.replace("June", "Jun")}</span><span aria-hidden="true">{PUBLISHED.short.replace("June", "Jun")}</span></div>'
    published = PUBLISHED.day if variant == "visible" else PUBLISHED.iso
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} | {escape(story.section)} News | Al Manara</title>{_facts(story, outlet, url, variant)}</head><body class="post-type-article">
<div id="root"><div class="bypass-block-links-container"><a>Skip links</a><a>Skip to Content</a></div><div class="site-header"><nav><ul><li>News</li><li>Opinion</li><li>Sport</li></ul></nav><div class="site-header__live">play Live</div></div>
<main class="site-main" id="main-content-area"><div class="article-topics"><a>News</a>|<a>{escape(story.section)}</a></div><header class="article-header"><h1>{escape(story.title)}</h1><p class="article__subhead"><em>{escape(story.summary)}</em></p></header>
<figure class="article-featured-image"><img><figcaption>The council building on the day of the vote [File: Noor Ibsen/Al Manara]</figcaption></figure>
<div class="article-info-block"><div class="article-info-main"><div class="article-author-name"><span>By <a rel="author">{escape(story.author)}</a></span></div>{date}</div><div class="article-info-social"><button>Click here to share on social media</button></div></div>
<div class="wysiwyg wysiwyg--all-content css-ibbk12" aria-live="polite">{_paragraphs(story, "<p>", "</p>", between)}</div>
<hr><div class="article-source"><span>Source<!-- -->:</span> <span>Al Manara and news agencies</span></div></main>
<div class="trending-articles"><h2>Trending</h2><ul>{"".join(f"<li>{escape(o.title)}</li>" for o in others)}</ul></div><div id="newsletter"><p>Stay up to date with the news that matters. Sign up to our weekly round-up.</p></div>
<footer><p>© 2031 Al Manara Media Network</p></footer></div><div id="onetrust-banner-sdk" role="dialog" aria-label="Cookie Preferences"><p>You rely on Al Manara for truth and transparency. We understand that your privacy online is incredibly important. By clicking Allow all, you agree that we can store cookies.</p></div></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


def abroad(layout: str, variant: str, story: Story) -> Page:
    """In the manner of DW: hashed class names, a teaser as the first paragraph, a video sentence, an edited-by line."""
    outlet, url = "Overseas Radio", f"https://www.overseasradio.example/en/{story.slug}/a-7123456"
    others = _related(story, 3)
    between = {
        2: '<div class="vjs-wrapper embed embed-video"><div class="video-content"><h2>What the vote means for the harbour</h2><p>To view this video please enable JavaScript, and consider upgrading to a web browser that supports HTML5 video</p></div></div>',
        3: f'<div class="embed-teaser"><a href="/x"><h3>{escape(others[0].title)}</h3></a></div>',
        1: '<div class="advertisement sc-ad"><span>Advertisement</span></div>',
    }
    date = (
        f'<time aria-hidden="true">06/05/2031</time><span class="sr-only">{PUBLISHED.long}</span>'
        if variant != "visible"
        else f'<time datetime="{PUBLISHED.day}">{PUBLISHED.long}</time>'
    )
    published = PUBLISHED.day if variant == "visible" else PUBLISHED.iso
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} – OR – 06/05/2031</title>{_facts(story, outlet, url, variant)}</head><body>
<div id="app"><header class="sc-header"><nav aria-label="Skip links"><a>Skip to content</a><a>Skip to main menu</a><a>Skip to more OR sites</a></nav><ul><li>Latest videos</li><li>Latest audio</li><li>In focus</li></ul></header>
<div class="sc-main"><main id="main-content"><article class="hqgmqpk rc0m0op"><header><span class="kicker">{escape(story.section)}</span><span>Costa Verana</span><h1 class="sc-headline">{escape(story.title)}</h1><span class="author-details">{escape(story.author)}</span><span class="publication">{date}</span></header>
<p class="teaser-text">{escape(story.summary)}</p><div class="share-buttons" role="region"><a>https://p.or.example/p/4abc</a><button>Copy link</button></div>
<figure class="sc-image"><img><figcaption>The harbour of the city at dusk<small>Image: Karin Vo/OR</small></figcaption></figure>
<div class="c17j8gzx rc0m0op r1ebneao s198y7xq rich-text li5mn0y r1r94ulj wngcpkw blt0baw"><div>{_paragraphs(story, "<p>", "</p>", between)}<p class="edited-by"><em>Edited by: Saskia Brun</em></p></div></div>
<footer class="sc-author-box"><div class="author-box"><span>{escape(story.author)}</span><span>Reporter with a focus on politics and migration</span></div></footer></article>
<section class="sc-next"><h2>Skip next section Explore more</h2>{"".join(f'<div class="teaser-wrap"><h3>{escape(o.title)}</h3><span class="date">June {n}, 2031</span></div>' for n, o in enumerate(others, 1))}<h2>Skip next section OR's Top Story</h2></section></main></div>
<footer><p>© 2031 Overseas Radio</p><a>Privacy Policy</a><a>Accessibility Statement</a></footer></div></body></html>"""
    return _page(layout, variant, story, outlet, url, markup, published=published)


LAYOUTS: dict[str, Callable[[str, str, Story], Page]] = {
    "agency": agency,
    "wire": wire,
    "broadcaster": broadcaster,
    "daily": daily,
    "gazette": gazette,
    "cable": cable,
    "capital": capital,
    "channel": channel,
    "gulf": gulf,
    "abroad": abroad,
}


def _undated_pages() -> list[Page]:
    """Return pages that state no date of their own, only those of other things."""
    pages = []
    for number, story in enumerate(STORIES[:3]):
        related = "".join(
            f'<li><a href="/2031/05/1{n}/{o.slug}">{escape(o.title)}</a> <time datetime="2031-05-1{n}T08:00:00Z">May 1{n}, 2031</time></li>'
            for n, o in enumerate(_related(story, 3))
        )
        traps = (
            f"<aside class='related'><h2>Related</h2><ul>{related}</ul></aside>",
            f"<section class='latest-news'><h2>Latest</h2><ul>{related}</ul></section><p class='copyright'>© 2019-2031 Ellerby Post</p>",
            "<div class='event-box'><p>The festival takes place on 14 August 2031 in the old brewery.</p></div>",
        )[number]
        url = f"https://ellerbypost.example/2031/06/02/{story.slug}"
        markup = (
            f'<!DOCTYPE html><html lang="{story.language}"><head><title>{escape(story.title)} - Ellerby Post</title><meta property="og:site_name" content="Ellerby Post">'
            f'<link rel="canonical" href="{url}"></head><body><div class="menu"><a>Home</a><a>Sport</a></div><div class="post"><h1>{escape(story.title)}</h1>'
            f'<div class="entry-content">{_paragraphs(story, "<p>", "</p>", {})}</div></div>{traps}<footer>Ellerby Post, 4 Mill Lane</footer></body></html>'
        )
        pages.append(
            Page(
                "undated",
                str(number),
                markup,
                story.text,
                story.title,
                "Ellerby Post",
                None,
                language=story.language,
                url=url,
            )
        )
    return pages


def _amp_pages() -> list[Page]:
    pages = []
    for story in STORIES[3:5]:
        url = f"https://www.thesentinel.example/{story.slug}"
        between = {
            1: '<amp-ad width="300" height="250" type="doubleclick"><div placeholder>Advertisement</div></amp-ad>',
            2: '<amp-img src="x.jpg" layout="responsive"></amp-img><amp-sidebar id="s"><ul><li>Home</li><li>World</li></ul></amp-sidebar>',
        }
        article = _news_article(story, "The Sentinel", url, datePublished=PUBLISHED.local)
        markup = (
            f'<!doctype html><html amp lang="{story.language}"><head><meta charset="utf-8"><title>{escape(story.title)}</title><link rel="canonical" href="{url}">{_script(article)}'
            "<style amp-boilerplate>body{visibility:hidden}</style><noscript><style amp-boilerplate>body{visibility:visible}</style></noscript></head><body>"
            f'<amp-consent id="c" layout="nodisplay"><div><p>We use cookies to improve your experience on our site and to show you adverts.</p></div></amp-consent>'
            f'<header><a href="/">The Sentinel</a></header><main><article><h1>{escape(story.title)}</h1><p class="byline">By {escape(story.author)}</p>'
            f'<div class="content__article-body">{_paragraphs(story, "<p>", "</p>", between)}</div><amp-social-share type="email"></amp-social-share></article></main><footer>© 2031 Sentinel News</footer></body></html>'
        )
        pages.append(
            Page(
                "amp",
                story.slug,
                markup,
                story.text,
                story.title,
                "The Sentinel",
                PUBLISHED.local,
                UPDATED_ISO,
                story.author,
                story.section,
                story.language,
                url,
            )
        )
    return pages


LIVE_POSTS = (
    ("15:42", "Rask: ‘The quays will not close for a single hour’", "The mayor has left the chamber and is speaking to reporters on the steps. He says that the quays will not close for a single hour, and that the first ship of October is expected at six in the morning."),
    ("15:05", "Nineteen votes to twelve", "The motion has passed. Nineteen members voted for it and twelve against, and there was applause from the gallery, which the chair asked to stop and which did not stop."),
    ("13:20", "The debate so far", "Nine members have spoken. Those who want to keep the lease say that the city has no plan for October; those who want to end it say that it had no plan for any of the last twelve years either."),
    ("11:02", "Good morning", "Welcome to our live coverage from Veldara, where the city council decides today whether to end the lease of the container port. We will follow the debate until the vote, which is expected this afternoon."),
)  # fmt: skip


def live_blog() -> Page:
    """A live blog: short posts, newest first, each with its time, and a list of key events beside them."""
    url = "https://www.thesentinel.example/world/live/2031/jun/05/veldara-port-vote"
    title = "Veldara council votes on port lease – as it happened"
    posts = "".join(
        f'<article id="block-{number}" class="block" data-block-id="{number}" itemprop="liveBlogUpdate"><header><time datetime="2031-06-05T{time}:00Z">{time}</time><h2>{escape(heading)}</h2></header>'
        f'<p>{escape(words)}</p><footer><div class="share"><button>Share</button></div></footer></article>'
        for number, (time, heading, words) in enumerate(LIVE_POSTS)
    )
    updates = [
        {
            "@type": "BlogPosting",
            "headline": heading,
            "datePublished": f"2031-06-05T{time}:00Z",
            "articleBody": "elsewhere",
        }
        for time, heading, _ in LIVE_POSTS
    ]
    head = _script(
        {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting",
            "headline": title,
            "url": url,
            "datePublished": "2031-06-05T11:02:00Z",
            "dateModified": "2031-06-05T15:42:00Z",
            "coverageStartTime": "2031-06-05T11:00:00Z",
            "author": {"@type": "Person", "name": "Ilse Brandt"},
            "publisher": {"@type": "Organization", "name": "The Sentinel"},
            "liveBlogUpdate": updates,
        }
    )
    markup = (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(title)}</title><link rel="canonical" href="{url}">{head}</head><body>'
        f"<header><nav><a>News</a><a>Opinion</a></nav></header><main><h1>{escape(title)}</h1>"
        f'<aside class="key-events"><h2>Key events</h2><ul>{"".join(f"<li>{escape(heading)}</li>" for _, heading, _ in LIVE_POSTS)}</ul></aside>'
        f'<div id="liveblog-body">{posts}</div></main><footer>© 2031 Sentinel News</footer></body></html>'
    )
    text = "\n\n".join(f"{heading}\n\n{words}" for _, heading, words in LIVE_POSTS)
    return Page(
        "live", "posts", markup, text, title, "The Sentinel", "2031-06-05T11:02:00+00:00", "2031-06-05T15:42:00+00:00",
        "Ilse Brandt", None, "en", url,
    )  # fmt: skip
