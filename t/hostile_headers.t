# Token headers and signatures that try to choose how they are judged: the algorithm and the key are the realm's.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
new_key('v2');
new_key($_, $_) for qw(rsa p256 ed25519);
my $payload = json(claims());

sub header { mint_raw($_[0], $payload, @_[1 .. $#_]) }
sub unsigned { join('.', map { encode_base64url($_) } $_[0], $payload) . '.' . encode_base64url($_[1] // '') }
sub resigned { my ($token, $bytes) = @_; $token =~ s/[^.]+$/encode_base64url($bytes)/e; $token }
sub signature { (my $text = (split /\./, $_[0])[2]) =~ tr{-_}{+/}; MIME::Base64::decode_base64($text) }

my $public = read_file(folder() . '/rsa.pub');
my ($es, $rs, $ed, $hs) = map { mint({}, key => $_) } qw(p256 rsa ed25519 v1);
my ($r, $s) = unpack 'a32 a32', signature($es);
my $der = join '', map { my $n = ord() > 127 ? "\0$_" : $_; "\x02" . chr(length $n) . $n } $r, $s;
my $order = pack 'H*', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

my @table = (
    # alg
    ['no alg', header('{"typ":"JWT"}'), 'malformed'],
    ['an empty header', header('{}'), 'malformed'],
    ['alg null', header('{"alg":null}'), 'malformed'],
    ['alg a number', header('{"alg":256}'), 'malformed'],
    ['alg a list', header('{"alg":["HS256"]}'), 'malformed'],
    ['Alg', header('{"Alg":"HS256"}'), 'malformed'],
    (map { ["alg \"$_\"", header("{\"alg\":\"$_\"}"), 'algorithm'] }
        'none', 'None', 'NONE', '', 'HS', 'HS1', 'hs256', 'HS256 ', 'HS2567', 'dir', 'ES256K'),
    ['alg none, unsigned', unsigned('{"alg":"none"}'), 'algorithm'],
    ['HS512 by the right secret', header('{"alg":"HS512"}', bits => 512), 'algorithm'],
    ['HS384 named, HS256 made', header('{"alg":"HS384"}'), 'algorithm'],
    ['HS256 named, HS512 made', header('{"alg":"HS256"}', bits => 512), 'signature'],
    ['HS256 keyed with the public key', header('{"alg":"HS256"}', secret => $public), 'signature'],
    ['the same, naming that key', header('{"alg":"HS256","kid":"rsa"}', secret => $public), 'algorithm'],
    ['HS256 with an empty secret', header('{"alg":"HS256"}', secret => ''), 'signature'],
    # kid
    ['kid', header('{"alg":"HS256","kid":"v1"}'), 'valid'],
    ['kid null', header('{"alg":"HS256","kid":null}'), 'malformed'],
    ['kid a number', header('{"alg":"HS256","kid":1}'), 'malformed'],
    ['kid a list', header('{"alg":"HS256","kid":["v1"]}'), 'malformed'],
    ['kid empty', header('{"alg":"HS256","kid":""}'), 'malformed'],
    ['kid with a newline', header('{"alg":"HS256","kid":"v1\n"}'), 'malformed'],
    ['kid of 255 bytes', header('{"alg":"HS256","kid":"' . 'k' x 255 . '"}'), 'key'],
    ['kid of 256 bytes', header('{"alg":"HS256","kid":"' . 'k' x 256 . '"}'), 'malformed'],
    ['kid a path', header('{"alg":"HS256","kid":"../../../../dev/null"}', secret => ''), 'key'],
    ['kid with SQL', header(q({"alg":"HS256","kid":"x' UNION SELECT 'a"})), 'key'],
    # What must be understood, or ignored
    (map { ["$_", header("{\"alg\":\"HS256\",$_}"), 'malformed'] }
        '"crit":["exp"]', '"crit":[]', '"crit":null', '"b64":true', '"b64":false', '"zip":"DEF"', '"zip":null'),
    ['jku, x5u', header('{"alg":"HS256","jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/"}'), 'valid'],
    ['a jwk of its own', header('{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}', secret => "\0\0\0"), 'signature'],
    ['typ, cty', header('{"typ":"JWE","cty":"JWT","alg":"HS256"}'), 'valid'],
    # signatures
    ['a truncated MAC', resigned($hs, substr signature($hs), 0, 16), 'signature'],
    ['a MAC and a byte', resigned($hs, signature($hs) . 'x'), 'signature'],
    ['MAC by another key', mint({}, key => 'v2'), 'signature'],
    ['ES256', $es, 'valid'],
    ['ES256, zeros', resigned($es, "\0" x 64), 'signature'],
    ['ES256, the order of the curve', resigned($es, $order x 2), 'signature'],
    ['ES256, r and the order', resigned($es, $r . $order), 'signature'],
    ['ES256 in DER', resigned($es, "\x30" . chr(length $der) . $der), 'signature'],
    ['ES256, 63 bytes', resigned($es, substr signature($es), 0, 63), 'signature'],
    ['ES256, 65 bytes', resigned($es, "\0" . signature($es)), 'signature'],
    ['ES256, r and s exchanged', resigned($es, $s . $r), 'signature'],
    ['ES256, empty', resigned($es, ''), 'signature'],
    ['RS256', $rs, 'valid'],
    ['RS256, 255 bytes', resigned($rs, substr signature($rs), 1), 'signature'],
    ['RS256, a leading zero', resigned($rs, "\0" . signature($rs)), 'signature'],
    ['RS256, ones', resigned($rs, "\xff" x 256), 'signature'],
    ['RS256, zeros', resigned($rs, "\0" x 256), 'signature'],
    ['PS256 by the same key', mint({}, key => 'rsa', alg => 'PS256'), 'algorithm'],
    ['EdDSA', $ed, 'valid'],
    ['EdDSA, 63 bytes', resigned($ed, substr signature($ed), 0, 63), 'signature'],
    ['EdDSA, zeros', resigned($ed, "\0" x 64), 'signature'],
);

my $nginx = Nginx->new(realm => 'token header=X-Token;
    key v1 file=v1.key; key rsa file=rsa.pub; key p256 file=p256.pub; key ed25519 file=ed25519.pub;');
my ($worker) = $nginx->workers;

is $nginx->get('/', "X-Token: $_->[1]")->answer, ($_->[2] eq 'valid' ? '200' : '401') . " $_->[2]", $_->[0]
    for @table;
is $nginx->get('/', "X-Token: $hs")->answer, '200 valid', 'a good token at the end';
is_deeply [$nginx->workers], [$worker], 'the worker is the same';

done;
