# A session's life is the same whatever the store: login, requests, refresh, replay, logout, from any worker.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Stores;

new_key('v1');

each_store(sub {
    my ($store) = @_;
    my $nginx = Nginx->new(
        realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; $store->{realm}",
        workers => 2,
        echo => '$session_user $session_cache',
        backend => login_backend(),
        locations => '
            location / { auth_session app; proxy_pass http://backend; }
            location = /login { session_issue app; proxy_pass http://backend; }
            location = /refresh { session_refresh app; }
            location = /health { session_health app; }
            location = /logout { session_logout app /; }
            location = /status { session_status; }',
    );
    my $enter = sub { log_in($nginx, '/login', 'X-Login: ' . ($_[0] // 42), 'X-Tenant: t1') };
    my $answers = sub { join ' ', map { $nginx->get('/', $_->{only_access})->header('X-Reason') } @_ };

    my ($user, $other) = ($enter->(), $enter->());
    is $answers->($user, $other) , 'valid valid', 'two sessions';
    is $nginx->get('/', cookie(mint({sub => '42'})))->status, 200, 'and a token of another issuer';
    is $nginx->get('/health', $user->{only_access})->json->{reason}, 'valid', 'health';

    my $response = $nginx->post('/refresh', $user->{cookie});
    is $response->status, 200, 'refreshed';
    my $next = given($response);
    my $tab = given($nginx->post('/refresh', $user->{cookie}));
    is $tab->{refresh}, $next->{refresh}, 'two tabs get one successor';
    isnt $next->{refresh}, $user->{refresh}, 'which is another token';
    is $answers->($next, $tab, $user), 'valid valid valid', 'all access tokens are good';
    my $last = $next;
    $last = given($nginx->post('/refresh', $last->{cookie})) for 1 .. 20;
    is $answers->($last), 'valid', 'twenty refreshes';
    $response = $nginx->post('/refresh', $user->{cookie});
    is $response->answer, '401 replayed', 'a token that was used long ago';
    is $answers->($last, $next, $user, $other), 'revoked revoked revoked valid', 'ends its session alone';
    is $nginx->post('/refresh', $last->{cookie})->status, 401, 'whose refresh token is no more';

    $user = $enter->();
    is $answers->($user), 'valid', 'another session';
    is $nginx->post('/logout', $user->{cookie})->status, 200, 'logged out';
    is $answers->($user), 'revoked', 'the token is revoked' for 1 .. 10;
    is $nginx->post('/refresh', $user->{cookie})->answer, '401 revoked', 'no refresh';
    is $nginx->get('/health', $user->{only_access})->json->{authenticated}, JSON::PP::false(), 'health knows';
    is $answers->($other), 'valid', 'the other session goes on';

    $nginx->get('/', $other->{only_access}) for 1 .. 3;
    like $nginx->get('/', $other->{only_access})->body, qr/^42 HIT$/, 'a known session is a hit';
    my $status = status_of($nginx);
    is_deeply [@$status{qw(issued refreshed replayed logouts)}], [3, 22, 1, 1], 'the counters';
    is $status->{store}{requests}{unanswered} // 0, 0, 'the store never failed';
    ok $nginx->quit, 'nginx quits';
});

done;
