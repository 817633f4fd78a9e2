// Logins of next-auth 4: a list of {user, secret, secure, claims, maxAge} on standard input; of each the session's
// cookies as the library sets them, {name, value, options}, on standard output. With a `maxAge` below zero, which no
// login has, its `encode` makes the token and its session store cuts it. With `cookies`, a page asks for its session.
import { createRequire } from 'node:module';
import { json } from 'node:stream/consumers';

const require = createRequire(`${process.cwd()}/`);
const { AuthHandler } = require('./node_modules/next-auth/core/index.js');
const { SessionStore, defaultCookies } = require('./node_modules/next-auth/core/lib/cookie.js');
const { encode } = require('next-auth/jwt');
const credentials = require('next-auth/providers/credentials').default;

const silent = { debug() {}, warn() {}, error: console.error };
const isOfSession = ({ name }) => name.includes('session-token');

async function login({ user, secret, secure, claims, maxAge, cookies: sent }) {
    const options = {
        secret,
        useSecureCookies: secure,
        logger: silent,
        session: { strategy: 'jwt', ...(maxAge && { maxAge }) },
        providers: [credentials({ credentials: {}, authorize: () => ({ id: user, name: 'A User' }) })],
        callbacks: { jwt: ({ token }) => ({ ...token, ...claims }) },
    };
    process.env.NEXTAUTH_URL = secure ? 'https://site.example' : 'http://localhost';
    const ask = (request) => AuthHandler({ options, req: { headers: {}, query: {}, cookies: {}, ...request } });
    if (sent) {
        return (await ask({ action: 'session', method: 'GET', cookies: sent })).cookies.filter(isOfSession);
    }
    const first = await ask({ action: 'csrf', method: 'GET' });
    const { cookies, redirect } = await ask({
        action: 'callback',
        providerId: 'credentials',
        method: 'POST',
        body: { csrfToken: first.body.csrfToken },
        cookies: Object.fromEntries(first.cookies.map(({ name, value }) => [name, value])),
    });
    if (/error/.test(redirect)) {
        throw new Error(`no login: ${redirect}`);
    }
    return cookies.filter(isOfSession);
}

async function sealed({ user, secret, secure, claims, maxAge }) {
    const value = await encode({ token: { sub: user, ...claims }, secret, maxAge });
    return new SessionStore(defaultCookies(secure).sessionToken, { cookies: {} }, silent).chunk(value, {});
}

const logins = [];
for (const job of await json(process.stdin)) {
    logins.push(await (job.maxAge < 0 ? sealed(job) : login(job)));
}
console.log(JSON.stringify(logins));
