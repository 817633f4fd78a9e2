# redis_wait: a logout, a mark or a revocation is acknowledged when so many replicas have it; where they have not in time it
# is 503 and nothing is claimed, but this nginx knows of it. Nobody else waits for the replicas.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new(config => ['repl-ping-replica-period 1', 'repl-diskless-sync-delay 0']);
my $replica = RedisServer->new(config => ["replicaof 127.0.0.1 @{[ $redis->port ]}", 'repl-diskless-load disabled']);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; redis @{[ $redis->address ]};
        redis_timeout 2s; redis_connect_timeout 2s; redis_wait 1 700ms;",
    backend => login_backend('location /end { add_header X-Session-End $http_x_end; add_header X-Session-Stale $http_x_stale;
        return 200 ended; }'),
    locations => 'location / { auth_session app; proxy_pass http://backend; }
        location /login { session_issue app; proxy_pass http://backend; }
        location /end { session_issue app; proxy_pass http://backend; }
        location = /logout { session_logout app /; } location /admin { session_admin app write=on; }
        location = /status { session_status; }',
);
eventually { $replica->cli('INFO', 'replication') =~ /master_link_status:up/ } 10, 'a replica follows';

my $number = 0;
sub user { log_in($nginx, '/login', 'X-Login: u' . ++$number) }
my %end = (
    logout => sub { $nginx->post('/logout', $_[0]{only_access}) },
    'X-Session-End' => sub { $nginx->get('/end', $_[0]{only_access}, 'X-End: current') },
    'X-Session-Stale' => sub { $nginx->get('/end', $_[0]{only_access}, "X-Stale: u$number") },
    admin => sub { $nginx->request('DELETE', "/admin/sessions/$_[0]{sid}?user=u$number") },
    mark => sub { $nginx->request('PUT', "/admin/users/u$number/stale", {body => '{"deleted":true}'}, 'Content-Type: application/json') },
);

for my $what (sort keys %end) {
    my $user = user();
    is $nginx->get('/', $user->{only_access})->status, 200, "$what: a session";
    is $end{$what}->($user)->status, 200, "$what: acknowledged";
    is $nginx->get('/', $user->{only_access})->status, 401, "$what: it has ended";
    ok scalar($replica->cli('KEYS', "session:*{u$number}*") =~ /revoked|stale/), "$what: the replica knows";
}

$replica->pause;
for my $what (sort keys %end) {
    my $user = user();
    my $start = time;
    my $response = $end{$what}->($user);
    is $response->status, 503, "$what: no replica has it";
    cmp_ok time - $start, '>', 0.6, "$what: it had its time";
    is $nginx->get('/', $user->{only_access})->status, 401, "$what: but here it is known";
}

# While one waits for replicas the lookups of others do not.
my ($leaver, $other) = (user(), user());
my $waiting = $nginx->connect;
$waiting->send(Client::format_request('POST', '/logout', $leaver->{only_access}));
sleep 0.1;
my $start = time;
is $nginx->get('/', $other->{only_access})->status, 200, 'another request';
cmp_ok time - $start, '<', 0.5, 'does not wait';
is $waiting->response->json->{success}, JSON::PP::false(), 'the logout claims nothing';

$replica->resume;
eventually { $end{logout}->(user())->status == 200 } 5, 'acknowledged again';
is $nginx->get('/login', 'X-Login: x')->status, 200, 'logins go on';

done;
