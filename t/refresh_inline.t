# refresh_inline: a navigation whose access token is over is refreshed on its way, nothing else is.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $realm = "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; revocation strict;
    login /login return=next reason=why; redis @{[ $proxy->address ]}; redis_connect_timeout 3s; redis_timeout 3s;";
my $nginx = Nginx->new(
    realms => {app => "$realm refresh_inline on;", plain => $realm},
    workers => 2,
    echo => '[$session_user][$session_status]',
    backend => login_backend('location /lost { return 404 lost; }
        location /bye { add_header X-Session-End current; return 200 bye; }'),
    http => 'map $session_claim_role $is_admin { default 0; admin 1; }',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /plain { auth_session plain; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location /dry { auth_session app; auth_session_dry_run on; proxy_pass http://backend; }
        location /admin { auth_session app; auth_session_require $is_admin; proxy_pass http://backend; }
        location /bye { auth_session app; session_issue app; proxy_pass http://backend; }
        location /twice { auth_session app; try_files /none @again; }
        location @again { auth_session app; rewrite ^ /again break; proxy_pass http://backend; }
        location /lost { auth_session app; proxy_intercept_errors on; error_page 404 /sorry;
            proxy_pass http://backend; }
        location /named { auth_session app; proxy_intercept_errors on; error_page 404 = @again; rewrite ^ /lost break;
            proxy_pass http://backend; }
        location /sorry { auth_session app; proxy_pass http://backend; }
        location /dead { auth_session app; proxy_pass http://127.0.0.1:1; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /status { session_status; }',
);
sub enter { log_in($nginx, '/login', 'X-Login: 42', @_) }
sub record { $redis->cli('HGET', "session:data:{42}:$_[0]{sid}", $_[1]) }
my $expired = mint({exp => time - 10, jti => 'old'});
sub beside { "Cookie: access_token=$expired; refresh_token=$_[0]{refresh}" }

# Passes, with both cookies on the very response.
sub passes {
    my ($name, $user, $response) = @_;
    is $response->answer, '200 valid', "$name: passes";
    my $got = given($response);
    ok $got->{refresh} && $got->{refresh} ne $user->{refresh}, "$name: a new refresh cookie";
    is $nginx->get('/plain', $got->{only_access})->answer, '200 valid', "$name: a new access cookie";
    like $response->header('Cache-Control') // '', qr/private|no-store/, "$name: for no shared cache";
    return $got;
}
my $user = enter();
my $response = $nginx->navigate('/page', $user->{only_refresh});
is $response->body, '[42][valid]', 'the upstream is told the user';
is((my $got = passes('without an access cookie', $user, $response))->{sid}, $user->{sid}, 'the same session');
$response = $nginx->navigate('/', beside($got));
is $response->body, '[42][valid]', 'the user of an expired one';
passes('with an expired access cookie', $got, $response);
passes('HEAD', $user = enter(), $nginx->request('HEAD', '/', 'Sec-Fetch-Mode: navigate', $user->{only_refresh}));
passes('Accept alone', $user = enter(), $nginx->get('/', 'Accept: text/html,*/*', $user->{only_refresh}));
passes('from a foreign page', $user = enter(), $nginx->navigate('/', 'Sec-Fetch-Site: cross-site', beside($user)));
passes('judged twice', $user = enter(), $nginx->navigate('/twice', beside($user)));
for my $path ('/lost', '/named') {
    $response = $nginx->navigate($path, beside($user = enter()));
    is_deeply [sort keys %{cookies_of($response)}], [qw(access_token refresh_token)], "$path: one cookie a name";
    is $response->body, '[42][valid]', "$path: one session";
}
$response = $nginx->navigate('/admin', beside($user = enter()));
is $response->answer, '403 forbidden', 'refused for another reason';
is record($user, 'refresh'), token_hash(given($response)->{refresh} // ''), 'the new token is not lost with it';
$response = $nginx->navigate('/dead', beside($user = enter()));
is $response->answer, '502 valid', 'the upstream is dead';
is record($user, 'refresh'), token_hash(given($response)->{refresh} // ''), 'the new token is not lost with it either';
is $nginx->navigate('/admin', beside(enter('X-Claims: {"role":"admin"}')))->status, 200, 'new claims are judged';
is_deeply cookies_of($nginx->navigate('/', enter()->{cookie})), {}, 'a good access token is left alone';

# Nobody else is.
$user = enter();
my @others = (
    ['fetch', 401, 'GET', '/', 'Sec-Fetch-Mode: cors'],
    ['fetch of HTML', 401, 'GET', '/', 'Sec-Fetch-Mode: cors', 'Accept: text/html'],
    ['no browser', 401, 'GET', '/'],
    ['XHR', 401, 'GET', '/', 'Accept: application/json', 'X-Requested-With: XMLHttpRequest'],
    ['a form', 303, 'POST', '/', 'Sec-Fetch-Mode: navigate'],
    ['verify', 200, 'GET', '/verify', 'Sec-Fetch-Mode: navigate'],
    ['dry run', 200, 'GET', '/dry', 'Sec-Fetch-Mode: navigate'],
    ['not configured', 302, 'GET', '/plain', 'Sec-Fetch-Mode: navigate'],
);
for my $other (@others) {
    my ($name, $status, @request) = @$other;
    for my $cookie ($user->{only_refresh}, beside($user)) {
        $response = $nginx->request(@request, $cookie);
        is $response->status, $status, "$name: $status";
        is_deeply cookies_of($response), {}, "$name: no cookie";
    }
}
is $nginx->navigate('/', "Cookie: access_token=@{[ tamper($user->{access}) ]}; refresh_token=$user->{refresh}")->status,
    302, 'a forged access token is no expired one';
is record($user, 'refresh'), token_hash($user->{refresh}), 'the token was not spent';

# Two at once, then what came too late.
my @clients = map { $nginx->connect } 1 .. 10;
$_->send(Client::format_request('GET', '/', 'Sec-Fetch-Mode: navigate', beside($user))) for @clients;
my @answers = map { $_->response } @clients;
is scalar(grep { $_->answer eq '200 valid' } @answers), 10, 'ten at once pass';
is scalar(keys %{{map { given($_)->{refresh} => 1 } @answers}}), 1, 'with one successor';

sub sent_to_login {
    my ($name, $reason, $cleared, $cookie) = @_;
    $response = $nginx->navigate('/page?x=1', $cookie);
    is $response->status, 302, "$name: to the login";
    like $response->header('Location'), qr{/login\?next=%2Fpage%3Fx%3D1&why=$reason$}, "$name: with its reason";
    my $cookies = cookies_of($response);
    is join(' ', sort keys %$cookies), $cleared, "$name: cookies cleared";
    is scalar(grep { $_->{'max-age'} } values %$cookies), 0, "$name: none given";
}
my $both = 'access_token refresh_token';
my $thief = enter();
$redis->cli('HSET', "session:data:{42}:$thief->{sid}", 'refresh', token_hash('its successor'));
sent_to_login('used twice', 'replayed', $both, beside($thief));
is $nginx->get('/plain', $thief->{only_access})->answer, '401 revoked', 'the whole session is over';
$redis->cli('SET', "session:revoked:{42}:@{[ ($user = enter())->{sid} ]}", 1);
sent_to_login('ended', 'revoked', $both, beside($user));
$user = enter();
$redis->cli('SET', 'session:stale:{42}', time, 'EX', 100);
sent_to_login('marked', 'stale', 'refresh_token', $user->{only_refresh});
$redis->cli('DEL', 'session:stale:{42}');
sent_to_login('garbage', 'missing', '', 'Cookie: refresh_token=x');
sent_to_login('expired, and garbage', 'expired', '', "Cookie: access_token=$expired; refresh_token=x");

# The upstream ends the session in the same answer.
for my $cookie ('only_refresh', 'cookie') {
    $user = enter();
    $response = $nginx->navigate('/bye', $cookie eq 'cookie' ? beside($user) : $user->{$cookie});
    is $response->body, 'bye', "ended by the upstream, $cookie";
    is record($user, 'sub'), '', 'the record is gone';
    is scalar(grep { $_->{value} ne '' } values %{cookies_of($response)}), 0, 'no live cookie';
}

$user = enter();
$proxy->mode('refuse');
for my $cookie ($user->{only_refresh}, beside($user)) {
    $response = $nginx->navigate('/', $cookie);
    is $response->answer, '503 store', 'the store is away: 503, not the login';
    is_deeply cookies_of($response), {}, 'no cookie is touched';
}
$proxy->mode('pass');
eventually { $nginx->navigate('/', beside($user))->answer eq '200 valid' } 5, 'when it is back it goes on';

done;
