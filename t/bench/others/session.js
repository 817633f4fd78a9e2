// HS256 in njs. Globals are made anew for every request: the secret stands here as text.
import crypto_of_node from 'crypto';

const secret = '@secret@';

function claims_of(token) {
    const header = JSON.parse(Buffer.from(token[0], 'base64url').toString());
    const claims = JSON.parse(Buffer.from(token[1], 'base64url').toString());
    return header.alg === 'HS256' && claims.exp > Date.now() / 1000 ? claims : null;
}

function split(r) {
    return (r.variables.cookie_access_token || '').split('.');
}

// For js_set, which has to answer at once.
function valid(r) {
    const token = split(r);
    const signature = crypto_of_node.createHmac('sha256', secret)
        .update(token[0] + '.' + token[1]).digest('base64url');
    return signature === token[2] && claims_of(token) ? 'yes' : 'no';
}

// For js_content behind auth_request: WebCrypto answers later.
async function verify(r) {
    const token = split(r);
    if (token.length !== 3) {
        r.return(401);
        return;
    }
    const key = await crypto.subtle.importKey('raw', Buffer.from(secret),
        {name: 'HMAC', hash: 'SHA-256'}, false, ['verify']);
    const good = await crypto.subtle.verify({name: 'HMAC'}, key,
        Buffer.from(token[2], 'base64url'), Buffer.from(token[0] + '.' + token[1]));
    r.return(good && claims_of(token) ? 204 : 401);
}

export default {valid, verify};
