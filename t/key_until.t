# `until` ends a key without a reload: its tokens get reason `key`, and their cookies stay.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use POSIX qw(strftime);

new_key($_) for qw(v3 v2 v1);
sub rfc3339 { strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }

my $seconds = patience(3);
my $end = time + $seconds;
my $nginx = Nginx->new(
    realm => "
        key v3 file=v3.key until=2099-12-31T23:59:59+01:00;
        key v2 file=v2.key until=@{[ rfc3339($end) ]};
        key v1 file=v1.key until=2020-01-01T00:00:00Z;
        cookie access_token; clear_cookies malformed expired;",
    echo => '$session_key',
);
sub answer_for { $nginx->get('/', cookie(mint(@_))) }

is answer_for({}, key => 'v3', kid => 'v3')->body, 'v3', 'an end that lies ahead';
is answer_for({}, key => 'v2', kid => 'v2')->body, 'v2', 'an end that is near';
is answer_for({}, key => 'v2')->body, 'v2', 'also without a kid';
is answer_for({}, key => 'v1', kid => 'v1')->answer, '401 key', 'a past end, by kid';
is answer_for({}, key => 'v1')->answer, '401 key', 'a past end, without a kid';
is answer_for({version => 'v1'}, key => 'v1')->answer, '401 key', 'a past end, by version';
is answer_for({}, key => 'v1', kid => 'v1')->header('Set-Cookie'), undef, 'the cookie stays';
is $nginx->get('/', cookie(tamper(mint({}, key => 'v1', kid => 'v1'))))->answer, '401 key', 'a kid that names only it';
is $nginx->get('/', cookie(tamper(mint({}, key => 'v1'))))->answer, '401 signature', 'a false signature is that first';

sleep 0.1 while time <= $end;
is answer_for({}, key => 'v2', kid => 'v2')->answer, '401 key', 'the near end has passed, without a reload';
is answer_for({}, key => 'v2')->answer, '401 key', 'also without a kid';
is answer_for({}, key => 'v3')->answer, '200 valid', 'the others go on';

done;
