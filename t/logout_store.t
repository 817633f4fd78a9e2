# session_logout while the store is away, only reads, or answers late: 503, and nothing is claimed.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; revocation strict;
        redis @{[ $proxy->address ]}; redis_connect_timeout 600ms; redis_timeout 600ms;",
    backend => login_backend(),
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location = /login { session_issue app; proxy_pass http://backend; }
        location = /logout { session_logout app /; }
        location = /status { session_status; }',
);
sub enter { log_in($nginx, '/login', 'X-Login: 42') }
sub record { $redis->cli('EXISTS', "session:data:{42}:$_[0]{sid}") }
sub fails {
    my ($name, $user) = @_;
    for my $case (['all', 'cookie'], ['the access token', 'only_access'], ['the refresh token', 'only_refresh'],
        ['a navigation', 'cookie', 'Sec-Fetch-Mode: navigate']) {
        my ($what, $cookie, @headers) = @$case;
        my $response = $nginx->post('/logout', $user->{$cookie}, @headers);
        is $response->status, 503, "$name, $what: 503";
        is $response->json->{success}, JSON::PP::false(), "$name, $what: no success";
        is_deeply cookies_of($response), {}, "$name, $what: no cookie is deleted";
        ok $response->header('Retry-After'), "$name, $what: when to try again";
        is $response->header('Cache-Control'), 'no-store', "$name, $what: for no cache";
    }
}
my $user = enter();
for my $mode (['refuse'], ['silent'], ['close'], ['garbage', "-LOADING Redis is loading\r\n"], ['garbage', "+OK\r\n"],
    ['garbage', ":1\r\n"], ['garbage', "*0\r\n"]) {
    $proxy->mode(@$mode);
    fails($mode->[0], $user);
    my $none = $nginx->post('/logout', 'Cookie: a=b');
    is $none->status, 200, 'without a session there is nothing to do';
    $proxy->mode('pass');
    eventually { $nginx->get('/', $user->{only_access})->answer eq '200 valid' } 3, 'the session is still there';
}
$user = enter();
$redis->cli('ACL', 'SETUSER', 'default', '-@scripting');
fails('only reads', $user);
is record($user), 1, 'the record is there';
is $nginx->get('/', $user->{only_access})->answer, '200 valid', 'the session goes on';
$redis->cli('ACL', 'SETUSER', 'default', '+@scripting');
$redis->cli('SET', 'session:user:{42}', 'no sorted set');
fails('a key of another type', $user);
$redis->cli('DEL', 'session:user:{42}');
is $nginx->post('/logout', $user->{cookie})->status, 200, 'then it ends';
is record($user), 0, 'the record is gone';
is status_of($nginx)->{logouts}, 1, 'counted once';

# The reply is lost, the session has ended: a second attempt says so.
$user = enter();
$proxy->mode('drop');
is $nginx->post('/logout', $user->{cookie})->status, 503, 'the reply is lost';
$proxy->mode('pass');
is record($user), 0, 'the store has done it';
eventually { $nginx->post('/logout', $user->{cookie})->status == 200 } 3, 'and says so when asked again';

done;
