# A WebSocket handshake with a session from a cookie is judged by its origin, though it is a GET.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; origins https://app.example; login /login;',
    locations => 'location / { auth_session app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection; proxy_pass http://backend; }',
);
my $cookie = cookie(mint({}));
my @handshake = ('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');

is $nginx->get('/', $cookie, @handshake, 'Origin: http://localhost')->answer, '200 valid', 'the own origin';
is $nginx->get('/', $cookie, @handshake, 'Origin: https://app.example')->answer, '200 valid', 'a named one';
is $nginx->get('/', $cookie, @handshake)->answer, '200 valid', 'not from a browser';
is $nginx->get('/', $cookie, @handshake, 'Origin: https://evil.example')->answer, '403 origin', 'a foreign one';
is $nginx->get('/', $cookie, @handshake, 'Origin: null')->answer, '403 origin', 'null';
is $nginx->get('/', $cookie, @handshake[1 .. 3], 'Upgrade: WebSocket', 'Origin: https://evil.example')->answer,
    '403 origin', 'in other letters';
is $nginx->get('/', $cookie, @handshake, 'Sec-Fetch-Site: cross-site')->answer, '403 origin', 'by Sec-Fetch-Site';
is $nginx->get('/', bearer(mint({})), @handshake, 'Origin: https://evil.example')->answer, '200 valid',
    'a bearer token is free';
is $nginx->get('/', @handshake, 'Origin: https://evil.example')->answer, '401 missing', 'without a session: 401';
is $nginx->get('/', @handshake, 'Sec-Fetch-Mode: websocket')->status, 401, 'never a redirect';
is $nginx->get('/', $cookie, 'Origin: https://evil.example')->answer, '200 valid', 'a plain GET is free';

done;
