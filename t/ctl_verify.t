# session-ctl verify says of each token what the running nginx says, hostile ones included; one verdict a line.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Ctl;

new_key($_) for qw(v1 v2 other);
new_key('rsa', 'rsa');
new_key('ec', 'p256');
write_file('set.json', jwk_set(['ec', 'kid-ec']));
my $nginx = Nginx->new(
    realm => 'key v2 file=v2.key; key v1 file=v1.key until=2020-01-01T00:00:00Z; key rsa file=rsa.pub alg=PS256;
        key_set file=set.json; token header=X-Token; issuer iss; audience a b; leeway 300s; max_age 1h;
        require_claims exp sub role;',
    http => 'large_client_header_buffers 4 32k;');
my @realm = ('--key', 'v2=v2.key', '--key=v1.key,until=2020-01-01T00:00:00Z', '--key', 'rsa=rsa.pub,alg=PS256',
    qw(--key-set set.json --issuer iss --audience a --audience b --leeway 300s --max-age 1h --require-claims), 'exp,sub,role');

my %good = (iss => 'iss', aud => 'b', role => 'admin');
sub token { my ($claims, %option) = @_; mint({%good, %$claims}, key => 'v2', %option) }
my $good = token({jti => 'j1', sid => 's1', tenant => 7, version => 'v2'});
my ($head, $body, $mac) = split /\./, $good;
my $payload = json(claims(%good));
my @tokens = (
    $good, token({}, kid => 'v2'), token({}, key => 'rsa', alg => 'PS256'), token({}, key => 'ec', kid => 'kid-ec'),
    # by the rules
    token({exp => time - 600}), token({exp => time - 60, iat => time - 90}), token({nbf => time + 3000}), token({iat => time - 9000}),
    token({iss => 'other'}), token({aud => ['c']}), token({aud => ['c', 'a']}), token({role => undef}), token({sub => 42}),
    # by the keys
    token({}, kid => 'unknown'), token({}, key => 'v1'), token({}, key => 'other'), token({}, kid => 'v1', key => 'v1'),
    token({}, alg => 'HS512'), token({}, key => 'rsa', alg => 'RS256'), tamper($good),
    encode_base64url('{"alg":"none"}') . ".$body.", "$head.$body.",
    # by the form
    'token', "$head.$body", "$good.$mac", '..', "$good=", "$head.$body. $mac", 'a' x 12288, "\"$good\"",
    mint_raw('{"alg":"HS256","crit":["x"]}', $payload, key => 'v2'), mint_raw('{"alg":"HS256"}', '[]', key => 'v2'),
    mint_raw('{"alg":"HS256"}', "$payload\0", key => 'v2'), mint_raw('{"alg":"HS256"}', $payload =~ s/\}$/,"sub":"43"}/r, key => 'v2'),
    mint_raw('{"alg":"HS256"}', $payload =~ s/"sub":"42"/"sub":"4\\n2"/r, key => 'v2'), $good,
);
my @said = map { my $response = $nginx->get('/', "X-Token: $_"); $response->reason } @tokens;
my %met = map { $_ => 1 } @said;
is_deeply [sort keys %met], [sort qw(valid malformed algorithm key signature expired early claims)],
    'every reason that a token itself can give is met';

my $all = ctl('verify', @realm, '--stdin', {input => join '', map {"$_\n"} @tokens});
is $all->status, 1, 'some are not valid';
is_deeply [$all->lines], \@said, 'a line a token, as nginx says';
is $all->errors, '', 'nothing else';
is ctl('verify', @realm, '--stdin', {input => "$good\r\n$good"})->output, "valid\nvalid\n", 'CRLF, and a last line without end';
is_deeply [ctl('verify', @realm, '--stdin', {input => "\n$good\n\n"})->lines], [qw(missing valid missing)], 'empty lines count';
my $none = ctl('verify', @realm, '--stdin');
is $none->status . $none->output, 0, 'no token, no line';

# One on the command line.
my $one = ctl('verify', @realm, $good);
is $one->status . $one->output, "0valid\n", 'one';
$one = ctl('verify', @realm, '--', tamper($good));
is $one->status . $one->output, "1signature\n", 'one that is not valid';

# As JSON.
my @verdicts = ctl('verify', @realm, '--json', '--stdin', {input => join '', map {"$_\n"} @tokens})->json;
is_deeply [map { $_->{reason} } @verdicts], \@said, 'JSON: the same';
is_deeply [map { $_->{valid} ? 1 : 0 } @verdicts], [map { $_ eq 'valid' ? 1 : 0 } @said], 'valid says so';
my ($iat, $exp) = delete @{$verdicts[0]}{qw(issued_at expires_at)};
is $exp - $iat, 3600, 'its times';
is_deeply $verdicts[0], {valid => JSON::PP::true(), reason => 'valid', key => 'v2', user => '42', id => 's1', tenant => '7',
    version => 'v2'}, 'what it says of a session';
is $verdicts[3]{key}, 'kid-ec', 'a key of the set';
is_deeply [@{$verdicts[-2]}{qw(user id issued_at)}], [undef, undef, undef], 'of a malformed one nothing is told';
unlike join('', map { json($_) } @verdicts), qr/\Q$mac\E/, 'no token is printed';

done;
