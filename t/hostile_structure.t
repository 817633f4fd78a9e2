# Tokens that are no tokens, or only nearly: structure, base64url, JSON, header. Each gets its reason, never a 5xx.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $header = '{"alg":"HS256"}';
my $payload = json(claims());
my $good = mint_raw($header, $payload);
my ($head, $body, $mac) = split /\./, $good;

sub with_header { mint_raw($_[0], $payload) }
sub with_payload { mint_raw($header, $_[0]) }
sub with_claim { (my $text = $payload) =~ s/\}$/,$_[0]}/; with_payload($text) }
sub nested { '"deep":' . '[' x $_[0] . ']' x $_[0] }
sub padded_header { my $start = '{"alg":"HS256","x":"'; with_header($start . 'x' x ($_[0] - 2 - length $start) . '"}') }

# A token of exactly that many bytes: the payload grows until three bytes of it are four of the token.
sub long_token {
    my ($length) = @_;
    for my $fill (map { int($length * 3 / 4) - 160 + $_ } 0 .. 100) {
        my $token = with_claim('"x":"' . 'x' x $fill . '"');
        return $token if length $token == $length;
    }
    die "no token of $length bytes";
}

# The last character of 43 carries two bits that must be zero.
(my $stray = $good) =~ s/(.)$/chr(ord($1) + 1)/e;
(my $plus = tamper($good)) =~ s/\..([^.]*)$/.+$1/;
(my $slash = tamper($good)) =~ s/\..([^.]*)$/.\/$1/;

my @table = (
    ['a good token', $good, 'valid'],
    ['one word', 'token', 'malformed'],
    ['two parts', "$head.$body", 'malformed'],
    ['four parts', "$good.$mac", 'malformed'],
    ['five parts, as JWE', "$good.$body.$mac", 'malformed'],
    ['dots', '..', 'malformed'],
    ['one dot', '.', 'malformed'],
    ['no header', ".$body.$mac", 'malformed'],
    ['no payload', "$head..$mac", 'malformed'],
    ['no signature', "$head.$body.", 'signature'],
    ['a leading dot', ".$good", 'malformed'],
    ['padding', "$good=", 'malformed'],
    ['a plus sign', $plus, 'malformed'],
    ['a slash', $slash, 'malformed'],
    ['stray bits', $stray, 'malformed'],
    ['an impossible length', "$good-A", 'malformed'],
    ['a blank inside', "$head.$body. $mac", 'malformed'],
    ['a percent sign', "$head%2E$body%2E$mac", 'malformed'],
    ['bytes above 127', "$head.$body.\xc3\xa9$mac", 'malformed'],
    ['quotes', "\"$good\"", 'malformed'],
    ['8192 bytes', long_token(8192), 'valid'],
    ['8193 bytes', long_token(8192) . 'A', 'malformed'],
    ['12 KB of letters', 'a' x 12288, 'malformed'],
    ['a header of 1024 bytes', padded_header(1024), 'valid'],
    ['a header of 1025 bytes', padded_header(1025), 'malformed'],
    # JSON
    ['a payload that is a list', with_payload('[]'), 'malformed'],
    ['a payload that is a string', with_payload('"sub"'), 'malformed'],
    ['a payload that is null', with_payload('null'), 'malformed'],
    ['an empty payload object', with_payload('{}'), 'claims'],
    ['a header that is a list', with_header('["HS256"]'), 'malformed'],
    ['a header that is a string', with_header('"HS256"'), 'malformed'],
    ['text behind the payload', with_payload("$payload x"), 'malformed'],
    ['two payloads', with_payload($payload x 2), 'malformed'],
    ['text behind the header', with_header("$header}"), 'malformed'],
    ['a NUL behind the header', with_header("$header\0"), 'malformed'],
    ['a NUL behind the payload', with_payload("$payload\0"), 'malformed'],
    ['white space around', with_payload(" \t\r\n$payload\n"), 'valid'],
    ['a byte order mark', with_payload("\xef\xbb\xbf$payload"), 'malformed'],
    ['a member twice', with_claim('"sub":"43"'), 'malformed'],
    ['a member twice, escaped', with_claim('"s\u0075b":"43"'), 'malformed'],
    ['a member twice, deep inside', with_claim('"a":[{"b":1,"b":2}]'), 'malformed'],
    ['alg twice', with_header('{"alg":"HS256","alg":"none"}'), 'malformed'],
    ['depth 30', with_claim(nested(30)), 'valid'],
    ['depth 34', with_claim(nested(34)), 'malformed'],
    ['depth 2000', with_claim(nested(2000)), 'malformed'],
    ['a NUL in a string', with_claim('"x":"\u0000"'), 'malformed'],
    ['a NUL in a name', with_claim('"x\u0000":1'), 'malformed'],
    ['half a surrogate pair', with_claim('"x":"\ud800"'), 'malformed'],
    ['broken UTF-8', with_claim("\"x\":\"\xff\""), 'malformed'],
    ['overlong UTF-8', with_claim("\"x\":\"\xc0\xaf\""), 'malformed'],
    ['a raw newline in a string', with_claim("\"x\":\"\n\""), 'malformed'],
    ['a comment', with_payload("/**/$payload"), 'malformed'],
    ['a last comma', with_claim(''), 'malformed'],
    ['NaN', with_claim('"x":NaN'), 'malformed'],
    ['a number no double holds', with_claim('"x":1e400'), 'malformed'],
    ['a number no integer holds', with_claim('"x":9223372036854775808'), 'malformed'],
    ['UTF-8', with_claim("\"x\":\"\xc3\xa9 \\u20ac\""), 'valid'],
    # What is wrong with the form comes before what is wrong with the signature.
    ['a broken payload, unsigned', "$head.AAAA.$mac", 'malformed'],
);

my $nginx = Nginx->new(realm => 'key v1 file=v1.key; token header=X-Token;',
    http => 'large_client_header_buffers 4 32k;');
my ($worker) = $nginx->workers;

is $nginx->get('/', "X-Token: $_->[1]")->answer, ($_->[2] eq 'valid' ? '200' : '401') . " $_->[2]", $_->[0]
    for @table;
is $nginx->get('/', "X-Token: $good")->answer, '200 valid', 'a good token at the end';
is_deeply [$nginx->workers], [$worker], 'the worker is the same';

done;
