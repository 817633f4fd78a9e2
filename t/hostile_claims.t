# Claims of wrong types and out of range, rightly signed: each gets its reason before any number is converted.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $now = time;
my $hour = $now + 3600;

# A payload of literal JSON members; undef leaves one out.
sub payload {
    my (%member) = (sub => '"42"', exp => $hour, @_);
    return '{' . join(',', map {"\"$_\":$member{$_}"} grep { defined $member{$_} } sort keys %member) . '}';
}

my @no_time = ('"9999999999"', 'true', 'false', 'null', '[]', '{}', '-1', '-0.5', '-1e300', '1e300', '1e400',
    '-1e400', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '18446744073709551616',
    '9007199254740994', '1e16', '"' . $hour . '"', '[' . $hour . ']');
my @no_name = ('42', '4.2', 'true', 'null', '[]', '["42"]', '{}', '""', '"a\n"', '"\t"', '"\u0001"', '"a\u007f"',
    '"\r\nX-Evil: 1"', '"' . 'x' x 256 . '"', '"' . "\xc3\xa9" x 128 . '"');
my @names = ('"a"', '"' . 'x' x 255 . '"', "\"\xc3\xa9\"", '"a b"', '"{}"', '"*"', '"\u20ac"', '"\\\\\""');

my @table = (
    (map { my $claim = $_; map { [[$claim => $_], 'malformed'] } @no_time } qw(exp iat nbf)),
    (map { my $claim = $_; map { [[$claim => $_], 'malformed'] } @no_name } qw(sub jti sid)),
    (map { my $claim = $_; map { [[$claim => $_], 'valid'] } @names } qw(sub jti sid tenant)),
    (map { [[tenant => $_], 'malformed'] } '4.2', 'true', 'null', '[]', '{}', '""', '"a\n"', '"' . 'x' x 256 . '"'),
    [[tenant => '7'], 'valid'],
    [[exp => '9007199254740992'], 'valid'],
    [[exp => '9.1e14'], 'valid'],
    [[exp => "$hour.75"], 'valid'],
    [[exp => 0], 'expired'],
    [[exp => '0.0'], 'expired'],
    [[exp => 1], 'expired'],
    [[exp => $now], 'expired'],
    [[exp => $now - 1], 'expired'],
    [[exp => $now + 60], 'valid'],
    [[nbf => $now - 1], 'valid'],
    [[nbf => $now + 60], 'early'],
    [[nbf => '9007199254740992'], 'early'],
    [[iat => $now], 'valid'],
    [[iat => 0], 'valid'],
    [[iat => $now + 60], 'early'],
    [[iat => '9007199254740992'], 'early'],
    [[exp => 1, nbf => '9007199254740992'], 'expired'],
    [[exp => undef], 'claims'],
    [[sub => undef], 'claims'],
    [[exp => undef, sub => undef], 'claims'],
    [[exp => 1, sub => undef], 'expired'],
    [[iss => '{}'], 'valid'],
    (map { [[aud => $_], 'claims'] } '[[]]', '1', 'null', '{}', '["a",1]'),
    (map { [[aud => $_], 'valid'] } '""', '"a"', '[]', '["a","b"]'),
    [[version => '{}'], 'valid'],
    [['__proto__' => '{"a":1}', '' => 'null', '"' =~ s/"/\\"/r => 1], 'valid'],
);

my $nginx = Nginx->new(realm => 'key v1 file=v1.key; token header=X-Token;', echo => 'passed');
my ($worker) = $nginx->workers;
my $client;

# One connection for the whole table.
sub answer {
    my ($token) = @_;
    $client //= $nginx->connect;
    $client->send(Client::format_request('GET', '/', "X-Token: $token", 'Connection: keep-alive'));
    return $client->response->answer;
}

for my $case (@table) {
    my ($members, $reason) = @$case;
    my $name = join ', ', map { defined ? length > 40 ? substr($_, 0, 40) . '…' : $_ : 'absent' } @$members;
    my $token = mint_raw('{"alg":"HS256"}', payload(@$members));
    is answer($token), ($reason eq 'valid' ? '200 ' : '401 ') . $reason, $name =~ s/[^ -~]/?/gr;
}

my $false = tamper(mint_raw('{"alg":"HS256"}', payload(exp => '"never"')));
is answer($false), '401 signature', 'claims are judged after the signature';
my $ahead = sub { mint_raw('{"alg":"HS256"}', payload(iat => time + 1)) };
is answer($ahead->()), '200 valid', 'an iat one second ahead is not early';
is_deeply [$nginx->workers], [$worker], 'the worker is the same';

done;
