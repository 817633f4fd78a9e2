# session_health: tells whether the token is good and its key known; always 200, changes nothing, is no activity.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2 other);
new_key('v3', 'rsa');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "key v2 file=v2.key; key v1 file=v1.key; cookie access_token; login /login; revocation strict; renew 99;
    access_lifetime 2h; redis @{[ $proxy->address ]}; redis_connect_timeout 600ms; redis_timeout 600ms;";
my $nginx = Nginx->new(
    realms => {app => $base, recorded => "$base record require; idle_timeout 80s;",
        inline => "$base refresh_cookie refresh_token; refresh_inline on;",
        public => 'key v3 file=v3.pub; key v1 file=v1.key; token bearer; require_claims sub;'},
    backend => login_backend(),
    workers => 2,
    locations => '
        location / { auth_session app; proxy_pass http://backend;
            location = /health { auth_session off; session_health app; } }
        location = /recorded { session_health recorded; }
        location = /inline { session_health inline; }
        location = /public { session_health public; }
        location = /login { session_issue inline; proxy_pass http://backend; }
        location /page { auth_session recorded; proxy_pass http://backend; }',
);
my ($yes, $no) = (JSON::PP::true(), JSON::PP::false());
sub with { my (%more) = @_; {compatible => $yes, authenticated => $no, token_version => undef, server_version => 'v2',
    key => undef, expires_in => undef, %more} }

# The answer, with expires_in of about ten minutes as "soon".
sub health {
    my ($name, $expected, $path, @headers) = @_;
    my $response = $nginx->get($path, @headers);
    is $response->status, 200, "$name: 200";
    my $got = $response->json;
    $got->{expires_in} = 'soon' if ($got->{expires_in} // 0) =~ /^(?:59\d|600)$/;
    is_deeply $got, $expected, "$name: the answer";
    is_deeply [map { $_ // '' } map { scalar $response->header($_) } qw(Cache-Control Set-Cookie Location)],
        ['no-store', '', ''], "$name: for no cache, no cookie, no redirect";
    is $response->reason, $expected->{reason}, "$name: the variable";
}
my %claims = (exp => time + 600, jti => 'j1', sid => 's1', version => 'v2');
sub token { my ($key, %more) = @_; mint({%claims, version => $key, %more}, key => $key, kid => $key) }
my %v2 = (token_version => 'v2', key => 'v2', expires_in => 'soon');
my %v1 = (token_version => 'v1', key => 'v1', expires_in => 'soon');
my $good = with(authenticated => $yes, reason => 'valid', %v2);

health('valid', $good, '/health', cookie(token('v2')));
health('bearer', $good, '/health', bearer(token('v2')));
health('a fallback key', {%$good, %v1}, '/health', cookie(token('v1')));
health('a navigation', $good, '/health', cookie(token('v2')), 'Sec-Fetch-Mode: navigate', 'Accept: text/html');
health('a foreign page', $good, '/health', cookie(token('v2')), 'Origin: https://evil.example');
health('no token', with(reason => 'missing'), '/health');
health('no token, a navigation', with(reason => 'missing'), '/health', 'Sec-Fetch-Mode: navigate');
my $foreign = with(compatible => $no);
health('an unknown key', {%$foreign, reason => 'key'}, '/health', cookie(mint({}, key => 'other', kid => 'v3')));
health('an unknown key, unnamed', {%$foreign, reason => 'signature'}, '/health', cookie(mint({}, key => 'other')));
health('tampered', {%$foreign, reason => 'signature'}, '/health', cookie(tamper(token('v2'))));
health('no JWT', {%$foreign, reason => 'malformed'}, '/health', cookie('x'));
health('another algorithm', {%$foreign, reason => 'algorithm'}, '/health',
    cookie(mint({}, key => 'v2', kid => 'v2', alg => 'HS512')));
health('expired', with(reason => 'expired', %v2, expires_in => 0), '/health', cookie(token('v2', exp => time - 5)));
health('early', with(reason => 'early', %v2), '/health', cookie(token('v2', nbf => time + 60)));
health('no subject', with(reason => 'claims', %v2), '/health', cookie(token('v2', sub => undef)));
health('a bad cookie and a good bearer', $good, '/health', cookie('x'), bearer(token('v2')));
health('a version in quotes', {%$good, token_version => 'a"b\\'}, '/health', cookie(mint({%claims,
    version => 'a"b\\'}, key => 'v2', kid => 'v2')));
health('a key that only verifies', with(authenticated => $yes, reason => 'valid', server_version => 'v3', %v1,
    expires_in => undef), '/public', bearer(mint({version => 'v1', exp => undef})));

# What the store says.
my @ended = ([revoked => 'session:revoked:{42}:s1', 1], [stale => 'session:stale:{42}', '*'],
    [stale => 'session:stale:{42}', time + 1], [epoch => 'session:epoch', time + 1]);
for my $end (@ended) {
    my ($reason, $key, $value) = @$end;
    $redis->cli('SET', $key, $value);
    health($reason, with(reason => $reason, %v2), '/health', cookie(token('v2')));
    $redis->cli('DEL', $key);
}
my $record = 'session:data:{42}:s1';
health('no record', with(reason => 'record', %v2), '/recorded', cookie(token('v2')));
my $active = time - 50;
$redis->cli('HSET', $record, sub => 42, created_at => time - 500, expires_at => time + 500,
    last_activity_at => $active);
my @before = map { $redis->calls($_) } qw(hset eval evalsha);
health('a record', $good, '/recorded', cookie(token('v2')));
is $redis->cli('HGET', $record, 'last_activity_at'), $active, 'asking is no activity';
is_deeply [map { $redis->calls($_) } qw(hset eval evalsha)], \@before, 'nothing is written';
$redis->cli('HSET', $record, last_activity_at => time - 100);
health('idle', with(reason => 'idle', %v2), '/recorded', cookie(token('v2')));
$redis->cli('HSET', $record, last_activity_at => time, expires_at => time - 1);
health('a record that is over', with(reason => 'expired', %v2), '/recorded', cookie(token('v2')));

my $user = log_in($nginx, '/login', 'X-Login: 42');
health('a refresh token', with(reason => 'missing'), '/inline', $user->{only_refresh}, 'Sec-Fetch-Mode: navigate');
is $redis->cli('HGET', "session:data:{42}:$user->{sid}", 'refresh'), token_hash($user->{refresh}), 'is not spent';

# Methods.
my $head = $nginx->request('HEAD', '/health', cookie(token('v2')));
is $head->answer, '200 valid', 'HEAD';
is $head->header('Content-Length'), length $nginx->get('/health', cookie(token('v2')))->body, 'HEAD: the length';
for my $method (qw(POST PUT DELETE)) {
    my $response = $nginx->request($method, '/health', cookie(token('v2')));
    is $response->status, 405, "$method: 405";
    is $response->header('Allow'), 'GET, HEAD', "$method: what may be";
}

for my $mode (['refuse'], ['silent'], ['close'], ['garbage', "-LOADING\r\n" x 4]) {
    $proxy->mode(@$mode);
    health("the store @{[ $mode->[0] ]}", with(reason => 'store', %v2), '/health', cookie(token('v2')));
    health('no token needs no store', with(reason => 'missing'), '/health');
    $proxy->mode('pass');
    eventually { $nginx->get('/health', cookie(token('v2')))->json->{authenticated} } 3, 'it is back';
}

done;
