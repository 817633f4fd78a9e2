# Opaque ids and a store that is away, slow or late: there is no session until it has answered all.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use List::Util qw(min);
use OpaqueIds;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "token cookie=sid format=opaque; redis @{[ $proxy->address ]}; redis_connect_timeout 2s;";
my $nginx = Nginx->new(
    realms => {
        app => "$base revocation strict; redis_timeout 2s;",
        allow => "$base revocation strict; redis_timeout 2s; store_error allow;",
        slow => "$base revocation strict; redis_timeout 1s;",
        cached => "$base redis_timeout 2s;",
    },
    http => 'limit_req_zone $session_status zone=early:1m rate=1000r/s;',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        qw(app allow slow cached)) . '
        location /early { auth_session app; limit_req zone=early burst=1000; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location = /health { session_health app; }
        location = /logout { session_logout app; }
        location = /status { session_status; }',
);
my $id = put_session($redis, new_id(), {tenant => 't1', sid => 's1'});
my $cookie = cookie($id, 'sid');
sub answer { my ($path, @headers) = @_; $nginx->get($path, @headers ? @headers : $cookie)->answer }

is answer('/app'), '200 valid', 'a session';
my @round_trips = map { $proxy->forget; answer('/app'); $proxy->reads } 1 .. 5;
is min(@round_trips), 3, 'three round trips, but for those of the background: the id, the record, the lists';
is_deeply [grep {/EVAL|SET|DEL/} $proxy->commands], [], 'plain reads';
is scalar(grep { index($_, $id) >= 0 } $proxy->commands), 0, 'in which the id is not';
is answer('/early'), '200 valid', 'a variable that was read before the access phase';
is $nginx->get('/verify', $cookie)->body, '42', 'verify';
is $nginx->get('/verify', cookie(new_id(), 'sid'))->reason, 'record', 'of an unknown id';

# Many at once, on one connection.
my @clients = map { $nginx->connect } 1 .. 30;
$_->send(Client::format_request('GET', '/cached', $cookie)) for @clients;
is scalar(grep { $_->response->answer eq '200 valid' } @clients), 30, 'thirty at once';

# Clients that leave between the rounds are forgotten.
$proxy->mode('delay', 150);
@clients = map { $nginx->connect } 1 .. 20;
$clients[$_]->send(Client::format_request('GET', $_ % 2 ? '/app' : '/cached', $cookie)) for 0 .. 19;
for my $client (@clients) {
    sleep 0.02;
    $client->abort;
}
$proxy->mode('pass');
eventually { answer('/app') eq '200 valid' } 5, 'those who stay are served';

# The rounds together take no longer than redis_timeout allows.
$proxy->mode('delay', 600);
is answer('/slow'), '503 store', 'two rounds took too long for another';
$proxy->mode('pass');
eventually { answer('/slow') eq '200 valid' } 5, 'quick again';

# One round without an answer, and what is known all the same.
$redis->cli('ACL', 'SETUSER', 'default', '-exists');
is answer('/app'), '503 store', 'a revocation that cannot be read is not "not revoked"';
like $nginx->log, qr/has no answer to "EXISTS session:revoked:\{42\}:s1": NOPERM/, 'is told';
$redis->cli('ACL', 'SETUSER', 'default', '+exists');
$redis->cli('SET', 'session:revoked:{42}:s1', 1);
is answer('/app'), '401 revoked', 'revoked';
$redis->cli('ACL', 'SETUSER', 'default', '-exists');
is answer('/app'), '401 revoked', 'and still is, where that cannot be read';
$redis->cli('DEL', 'session:revoked:{42}:s1');
$redis->cli('ACL', 'SETUSER', 'default', '+exists', '-hmget');
is answer('/app'), '503 store', 'an id that cannot be looked up';
my $told = qr/has no answer to "HMGET session:opaque:[\w-]{43}": NOPERM/;
eventually { answer('/app') eq '503 store' && $nginx->log =~ $told } 5, 'is told by its hash';
$redis->cli('ACL', 'SETUSER', 'default', '+hmget');

# Away.
my $before = status_of($nginx)->{store}{requests}{unanswered};
$proxy->mode('refuse');
my $response = $nginx->get('/app', $cookie);
is $response->answer, '503 store', 'away';
is $response->header('Retry-After'), 1, 'for now';
is status_of($nginx)->{store}{requests}{unanswered} - $before, 1, 'counted once';
is_deeply cookies_of($response), {}, 'the cookie stays';
is answer($_), '503 store', $_ for qw(/cached /allow);
is answer('/app', cookie('short', 'sid')), '401 malformed', 'what is no id needs no store';
my $health = $nginx->get('/health', $cookie)->json;
is_deeply [@$health{qw(authenticated reason)}], [JSON::PP::false, 'store'], 'health';
$response = $nginx->post('/logout', $cookie);
is $response->status, 503, 'a logout claims nothing';
is_deeply cookies_of($response), {}, 'and deletes nothing';
$proxy->mode('pass');
eventually { answer('/app') eq '200 valid' } 10, 'back';
is $nginx->post('/logout', $cookie)->status, 200, 'a logout';
is answer('/app'), '401 revoked', 'is one';

done;
