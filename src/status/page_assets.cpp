#include "page_assets.hpp"

namespace status {

const char* const kPageStyle = R"css(
:root {
    color-scheme: light dark;
    --page: #f4f5f7; --card: #fff; --line: #e1e4e8; --text: #1c2128; --faint: #626b76;
    --good: #1a7f45; --warn: #9a6700; --bad: #c62828; --track: #e9ebef;
    --a: #3566c9; --b: #d9822b; --c: #2a9d8f; --d: #8e5bc4; --e: #c2456f; --f: #7d8793;
}
@media (prefers-color-scheme: dark) {
    :root {
        --page: #101317; --card: #1a1f26; --line: #2c333d; --text: #e4e8ee; --faint: #98a2af;
        --good: #4cc38a; --warn: #e0a83a; --bad: #ff6b6b; --track: #2a313b;
        --a: #6d9bf5; --b: #f0a55b; --c: #4fc7b8; --d: #b48be6; --e: #ee7aa0; --f: #8b96a3;
    }
}
* { box-sizing: border-box; }
body {
    margin: 0 auto; padding: 1.25rem; max-width: 78rem; background: var(--page); color: var(--text);
    font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
    font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; }
h1 { margin: 0; font-size: 1.35rem; }
h2 { margin: 1.6rem 0 .8rem; font-size: 1.1rem; overflow-wrap: anywhere; }
h3 { margin: 0 0 .7rem; font-size: .95rem; font-weight: 600; }
h4 { margin: 1rem 0 .3rem; font-size: .85rem; font-weight: 600; color: var(--faint); }
nav { display: flex; flex-wrap: wrap; gap: .25rem .9rem; margin-top: .5rem; }
a { color: var(--a); text-decoration: none; }
p { margin: .4rem 0 0; }
#state { margin-left: auto; color: var(--faint); font-size: .85rem; }
#state.lost { color: var(--bad); font-weight: 600; }
.tiles { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
.cards { display: grid; gap: .8rem; margin-top: .8rem;
    grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); }
.pair { grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr)); }
.tile, .card { min-width: 0; background: var(--card); border: 1px solid var(--line);
    border-radius: .6rem; padding: .8rem 1rem; }
.card { padding: 1rem 1.1rem; }
.wide { margin-top: .8rem; }
.tile b { display: block; font-size: 1.45rem; line-height: 1.25; font-weight: 600; }
.tile span, .note { color: var(--faint); font-size: .84rem; }
.good b { color: var(--good); } .warn b { color: var(--warn); } .bad b { color: var(--bad); }
svg { display: block; width: 100%; }
.hour { height: 9rem; } .minutes { height: 3rem; } .share { height: .85rem; border-radius: .3rem; }
.fill { height: .45rem; border-radius: .25rem; }
.track { fill: var(--track); }
.axis { display: flex; justify-content: space-between; color: var(--faint); font-size: .78rem;
    border-top: 1px solid var(--line); padding-top: .2rem; }
.top { color: var(--faint); font-size: .78rem; margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .7rem 0 0; padding: 0;
    list-style: none; font-size: .87rem; }
.key { display: inline-block; width: .7rem; height: .7rem; margin-right: .4rem; border-radius: .15rem;
    vertical-align: -.04rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .87rem; }
svg + .scroll, p + .scroll, ul + .scroll, .axis + .scroll { margin-top: .7rem; }
th { color: var(--faint); font-weight: 500; text-align: left; }
th, td { padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
td { overflow-wrap: anywhere; }
td .key { float: left; margin-top: .3rem; }
.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.facts { display: grid; gap: .55rem .8rem; grid-template-columns: repeat(3, minmax(0, 1fr));
    margin-top: .9rem; }
.facts span { color: var(--faint); font-size: .8rem; } .facts b { display: block; white-space: nowrap; }
.tag { margin-left: .4rem; padding: 0 .4rem; border: 1px solid var(--line); border-radius: .6rem;
    color: var(--faint); font-size: .76rem; white-space: nowrap; }
.bars { display: grid; grid-template-columns: repeat(14, minmax(0, 1fr)); gap: .15rem; }
.bars svg { height: 6rem; }
.bars div { text-align: center; }
.bars span { font-size: .7rem; color: var(--faint); white-space: nowrap; }
.bars div:nth-child(even) span { visibility: hidden; }
.s0, .reason-missing, .reason-record { fill: var(--a); background: var(--a); }
.s1, .reason-expired, .reason-idle { fill: var(--b); background: var(--b); }
.s2, .reason-stale, .reason-epoch, .reason-early { fill: var(--c); background: var(--c); }
.s3, .reason-revoked, .reason-claims { fill: var(--d); background: var(--d); }
.s4, .reason-key, .reason-origin, .reason-forbidden { fill: var(--e); background: var(--e); }
.s5, .reason-malformed, .reason-algorithm { fill: var(--f); background: var(--f); }
.reason-signature, .reason-replayed, .reason-store { fill: var(--bad); background: var(--bad); }
@media (max-width: 34rem) {
    body { padding: .8rem; }
    .tiles { grid-template-columns: 1fr 1fr; gap: .55rem; }
    .tile { padding: .6rem .75rem; } .tile b { font-size: 1.2rem; }
    th, td { padding-right: .45rem; }
    #state { margin-left: 0; width: 100%; }
}
)css";

const char* const kPageScript = R"js(
(() => {
    const state = document.getElementById('state');
    let answered = new Date();
    const say = (text, lost) => {
        state.textContent = text;
        state.classList.toggle('lost', lost);
    };
    const refresh = async () => {
        if (document.hidden) return;
        try {
            const answer = await fetch(location.href, {headers: {Accept: 'text/html'}, cache: 'no-store'});
            if (!answer.ok) throw new Error(answer.status);
            // The numbers alone: style and script of another answer have another nonce.
            const [numbers] = (await answer.text()).match(/<main[^]*<\/main>/);
            const page = new DOMParser().parseFromString(numbers, 'text/html');
            const content = document.getElementById('content');
            content.replaceWith(document.adoptNode(page.getElementById('content')));
            answered = new Date();
            say('Updated ' + answered.toLocaleTimeString() + ', every 5 s', false);
        } catch (error) {
            say('No answer since ' + answered.toLocaleTimeString(), true);
        }
    };
    say('Updated ' + answered.toLocaleTimeString() + ', every 5 s', false);
    setInterval(refresh, 5000);
    document.addEventListener('visibilitychange', refresh);
})();
)js";

}  // namespace status
