# Browsers keep no cookie of more than 4096 bytes, name and value together: a login that would need one is a 500, and
# leaves nothing behind.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
new_key('rsa', 'rsa');
my $redis = RedisServer->new;
my %realm = (
    app => 'key v1 file=v1.key; cookie access_token;',
    name => 'key v1 file=v1.key; cookie ' . 'n' x 500 . ' path=/' . 'p' x 900 . ';',
    rsa => 'key k file=rsa.key; cookie access_token;',
    pair => 'key v1 file=v1.key; cookie access_token; refresh_cookie refresh;',
    wide => 'key v1 file=v1.key; cookie access_token; refresh_cookie ' . 'r' x 4000 . ';',
);
my $nginx = Nginx->new(
    realms => {map { $_ => "$realm{$_} revocation strict; @{[ $redis->directives ]}" } keys %realm},
    locations => join('', map {"location /$_ { session_issue $_; add_header X-Session-User 42 always;
        add_header X-Session-Claims \$http_x_give_claims; return 200; }"} keys %realm)
        . 'location / { auth_session app; proxy_pass http://backend; }',
);

sub padded {
    my ($realm, $bytes, @headers) = @_;
    return login($nginx, {path => "/$realm", claims => '{"pad":"' . 'x' x $bytes . '"}'}, @headers);
}
sub size_of { my ($response, $name) = @_; length($name) + length(given($response, $name) || '') }

for my $realm (sort grep { $_ ne 'wide' } keys %realm) {
    my $name = $realm eq 'name' ? 'n' x 500 : 'access_token';
    my $small = size_of(padded($realm, 0), $name);
    my $most = int((4096 - $small) * 3 / 4) + 3;
    my $response;
    do { $response = padded($realm, --$most) } until $response->status == 200 || $most < 0;
    my $size = size_of($response, $name);
    cmp_ok $size, '<=', 4096, "$realm: the largest cookie that is set";
    cmp_ok $size, '>', 4092, "$realm: is as large as may be";
    $redis->cli('FLUSHALL');
    $nginx->forget_log;
    for my $more (1, 2, 3000) {
        $response = padded($realm, $most + $more);
        is $response->status, 500, "$realm, $more bytes more: 500";
        is_deeply set_cookies($response), {}, "$realm, $more bytes more: no cookie";
        is $response->header('Content-Type'), 'application/problem+json', "$realm, $more bytes more: a problem";
        is_deeply [keys_of($redis, 'session:*:{*')], [], "$realm, $more bytes more: no record";
    }
    like $nginx->log, qr/\[error\].*session: realm "$realm" no session of user="42": the cookie is too large/,
        "$realm: the log";
}
is padded('wide', 0)->status, 500, 'a refresh cookie that is too large';
is_deeply [keys_of($redis, 'session:*:{*')], [], 'leaves nothing either';

my $token = given(padded('app', 0));
is padded('app', 4000, cookie($token))->status, 500, 'too large for one who has a session';
is $nginx->get('/', cookie($token))->answer, '200 valid', 'keeps it';

done;
