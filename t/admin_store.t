# session_admin and session_backchannel_logout while the store is away, only reads, answers late or nonsense: 503, nothing
# is claimed, and what has failed may be tried again.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; token bearer; issuer i; audience a; revocation strict; redis @{[ $proxy->address ]};
        redis_connect_timeout 600ms; redis_timeout 600ms;",
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /admin/ { session_admin app write=on; }
        location = /logout { session_backchannel_logout app; }
        location = /status { session_status; }',
);
my $admin = Admin->new($nginx, '/admin');
my $form = 'Content-Type: application/x-www-form-urlencoded';
my %own = (iss => 'i', aud => 'a');
my $token = mint({%own, sid => 's1', jti => 'j1'});
my $event = {'http://schemas.openid.net/event/backchannel-logout' => {}};
my $logout = mint({%own, sid => 's1', jti => 'l1', exp => time + 100, events => $event});
sub log_out { $nginx->post('/logout', $form, {body => "logout_token=$logout"}) }
sub alive { $nginx->get('/', bearer($token))->answer }
# What a server that lies has acknowledged counts against a session, whatever it says later.
my $lied = 0;
sub back {
    eventually {
        my $status = $nginx->get('/', bearer($token))->status;
        $status == 200 || ($lied && $status == 401);
    } 5, 'the store is back, the session still there';
}

my @calls = (
    ['GET', '/sessions'], ['GET', '/sessions?user=42'], ['GET', '/sessions/s1?user=42'], ['GET', '/stats'],
    ['POST', '/cleanup'], ['POST', '/sessions', {user => '42', tenant => 't'}], ['DELETE', '/sessions/s1?user=42'],
    ['DELETE', '/users/42/sessions'], ['PUT', '/users/42/stale', {before => time}], ['DELETE', '/users/42/stale'],
    ['POST', '/epoch', {before => time}], ['POST', '/revoke', {user => '42', id => 's1'}],
    ['POST', '/revoke', "token=$token", $form],
);
sub fails {
    my ($how, @some) = @_;
    for my $call (@some ? @some : @calls) {
        my ($method, $path) = @$call;
        my $response = $admin->send(@$call);
        is $response->status, 503, "$how: $method $path: 503" or diag $response->body;
        is_deeply [$response->header('Content-Type'), $response->header('Retry-After'), $response->json->{reason}],
            ['application/problem+json', 1, 'store'], "$how: $method $path: the problem";
    }
}
for my $mode (['refuse'], ['close'], ['garbage', "-LOADING Redis is loading\r\n"], ['garbage', "+QUEUED\r\n"], ['garbage', ":7\r\n"],
    ['garbage', "*0\r\n"], ['garbage', "*2\r\n\$1\r\nx\r\n*0\r\n"], ['garbage', "*2\r\n\$1\r\n0\r\n:0\r\n"]) {
    my $how = join ' ', $mode->[0], ($mode->[1] // '') =~ s/\s+/ /gr;
    $proxy->mode(@$mode);
    $lied ||= $mode->[0] eq 'garbage';
    my @some = $how =~ /:7/ ? grep { "@$_[0, 1]" ne 'DELETE /users/42/stale' } @calls
        : $how =~ /\*[02]/ ? grep { "@$_[0, 1]" ne 'GET /sessions?user=42' } @calls : ();
    fails($how, @some);
    my $response = log_out();
    # 503 where something else that was asked can have no such answer, which ends the connection.
    like $response->status, $how =~ /:7/ ? qr/^(?:400|503)$/ : qr/^503$/, "$how: a logout";
    is $response->header('Cache-Control'), 'no-store', "$how: for no cache";
    $proxy->mode('pass');
    back();
}
$proxy->mode('silent');
fails('silent', @calls[3, 6, 11]);
is log_out()->status, 503, 'silent: a logout';
$proxy->mode('pass');
back();
is_deeply [grep { $_ ne 'session:generation' } keys_of($redis, '*')], [], 'nothing was written';

# A server that only reads: what is read is answered.
$redis->cli('ACL', 'SETUSER', 'default', '-@write', '-@scripting');
fails('only reads', grep { $_->[0] ne 'GET' && $_->[1] ne '/cleanup' } @calls);
is $admin->send(GET => $_)->status, 200, "only reads: GET $_" for '/sessions', '/sessions?user=42', '/stats';
is log_out()->status, 503, 'only reads: a logout';
like log_out()->json->{error}, qr/unavailable/, 'which is not the fault of who asks';
$redis->cli('ACL', 'SETUSER', 'default', '+@write', '+@scripting');
is alive(), '200 valid', 'nothing has ended';

# Keys of another type.
$redis->cli('SET', 'session:user:{42}', 'no sorted set');
fails('another type', grep {"@$_[0, 1]" =~ m{^(?:GET /sessions\?user|DELETE /users/42/sess|POST /sessions)}} @calls);
$redis->cli('DEL', 'session:user:{42}');
$redis->cli('SET', 'session:epoch', 'soon');
fails('an epoch that is no time', $calls[5]);
$redis->cli('DEL', 'session:epoch');

# A reply that is lost: the store has done it, the second attempt says so.
$proxy->mode('drop');
is log_out()->status, 503, 'the reply is lost';
$proxy->mode('pass');
back();
is log_out()->status, 200, 'what has failed may be sent again';
is alive(), '401 revoked', 'and ends the session';
is log_out()->status, 400, 'once';
is $nginx->get('/status')->json->{realms}{app}{logouts}, 1, 'counted once';

done;
