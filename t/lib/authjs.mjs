// Logins of Auth.js 5: a list of {user, secret, secure, claims, maxAge} on standard input, the secret one or a list;
// of each the session's cookies as the library sets them, {name, value, options}, on standard output. With a `maxAge`
// below zero, which no login has, its `encode` makes the token and its session store cuts it. With `cookies`, a page
// asks for its session.
import { webcrypto } from 'node:crypto';
import { json } from 'node:stream/consumers';

globalThis.crypto ??= webcrypto; // Node.js 18
const { Auth, raw, skipCSRFCheck } = await import('@auth/core');
const { encode } = await import('@auth/core/jwt');
const { default: credentials } = await import('@auth/core/providers/credentials');
const cookieModule = `file://${process.cwd()}/node_modules/@auth/core/lib/utils/cookie.js`;
const { SessionStore, defaultCookies } = await import(cookieModule);

const silent = { debug() {}, warn() {}, error: console.error };

async function login({ user, secret, secure, claims, maxAge, cookies }) {
    const origin = secure ? 'https://site.example' : 'http://localhost';
    const sent = cookies && Object.entries(cookies).map((pair) => pair.join('=')).join('; ');
    const request = sent
        ? new Request(`${origin}/auth/session`, { headers: { cookie: sent } })
        : new Request(`${origin}/auth/callback/credentials`, { method: 'POST', body: new URLSearchParams() });
    const answer = await Auth(request, {
        raw,
        secret,
        trustHost: true,
        basePath: '/auth',
        useSecureCookies: secure,
        skipCSRFCheck,
        logger: silent,
        session: { strategy: 'jwt', ...(maxAge && { maxAge }) },
        providers: [credentials({ credentials: {}, authorize: () => ({ id: user, name: 'A User' }) })],
        callbacks: { jwt: ({ token }) => ({ ...token, ...claims }) },
    });
    if (/error/.test(answer.redirect ?? '')) {
        throw new Error(`no login: ${answer.redirect}`);
    }
    return answer.cookies.filter(({ name }) => name.includes('session-token'));
}

async function sealed({ user, secret, secure, claims, maxAge }) {
    const cookie = defaultCookies(secure).sessionToken;
    const value = await encode({ token: { sub: user, ...claims }, secret, maxAge, salt: cookie.name });
    return new SessionStore(cookie, {}, silent).chunk(value, {});
}

const logins = [];
for (const job of await json(process.stdin)) {
    logins.push(await (job.maxAge < 0 ? sealed(job) : login(job)));
}
console.log(JSON.stringify(logins));
