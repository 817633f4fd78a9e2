# session_admin's /stats and /cleanup: what there is, what has expired, how many were removed; in steps, not all at once.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $base = "key v1 file=v1.key; token bearer; @{[ $proxy->directives ]}";
my $nginx = Nginx->new(
    realms => {app => "$base absolute_timeout 7d;", idle => "$base idle_timeout 10m;"},
    locations => '
        location / { auth_session idle; proxy_pass http://backend; }
        location /admin/ { session_admin app write=on; }
        location /idle/ { session_admin idle write=on; }',
);
my ($admin, $idle) = map { Admin->new($nginx, $_) } '/admin', '/idle';
my ($yes, $no) = (JSON::PP::true(), JSON::PP::false());
my $now = time;
sub write_record {
    my ($user, $id, %field) = @_;
    $redis->cli('HSET', "session:data:{$user}:$id", sub => $user, %field);
    $redis->cli('ZADD', "session:user:{$user}", $field{expires_at} // 0, $id);
}
sub stats { my ($from) = @_; my $got = $from->get('/stats'); [@$got{qw(total active expired unique_users unique_tenants)}, int $got->{average_idle_minutes}] }

is_deeply $admin->get('/stats'), {total => 0, active => 0, expired => 0, unique_users => 0, unique_tenants => 0,
    average_idle_minutes => 0, complete => $yes}, 'nothing yet';
write_record('42', 'a', tenant => 't1', created_at => $now - 7200, expires_at => $now + 3600, last_activity_at => $now - 60);
write_record('42', 'b', tenant => 't1', created_at => $now - 7200, expires_at => $now + 3600, last_activity_at => $now - 1200);
write_record('43', 'c', tenant => 't2', created_at => $now - 540);
write_record('44', 'd', created_at => $now - 7200, expires_at => $now - 100, tokens_until => $now - 100);
write_record('44', 'e', created_at => $now - 86400 * 8, expires_at => $now + 100, tokens_until => $now + 100);
$redis->cli('SET', 'session:data:{45}:wrong', 'no hash');
$redis->cli('SET', "session:revoked:{42}:$_", 1) for 1 .. 5;
is_deeply stats($admin), [5, 3, 2, 3, 2, 10], 'total, active, expired, users, tenants, idle minutes';
is stats($idle)->[2], 3, 'in a realm with idle_timeout others are expired';

# A session that is over for the realm, and whose token lives on, must not come back without its record.
my $token = mint({sub => '42', sid => 'b', iat => $now - 7200, exp => $now + 3600});
is $nginx->get('/', bearer($token))->answer, '401 idle', 'idle';
is_deeply $idle->send(POST => '/cleanup')->json, {removed => 3, complete => $yes, cursor => undef}, 'those are removed';
isnt $nginx->get('/', bearer($token))->status, 200, 'and stay out';
is_deeply [grep {/\{4[1-4]\}/} keys_of($redis, 'session:data:*')], ['session:data:{42}:a', 'session:data:{43}:c'], 'the others stay';
is $redis->cli('ZRANGE', 'session:user:{44}', 0, -1), '', 'the index too';
cmp_ok $redis->cli('TTL', 'session:revoked:{44}:e'), '>', 50, 'a token that lives is revoked till its end';
cmp_ok $redis->cli('TTL', 'session:revoked:{44}:d'), '<', 70, 'one that is over is soon forgotten';
is_deeply $idle->send(POST => '/cleanup')->json, {removed => 0, complete => $yes, cursor => undef}, 'nothing is left';
is_deeply stats($idle), [2, 2, 0, 2, 2, 5], 'two are there';

# Many, in steps: between them others are served.
my $lua = 'for i = 1, 6000 do local u = "u" .. i % 1500
    redis.call("HSET", "session:data:{" .. u .. "}:x" .. i, "sub", u, "tenant", "t" .. i % 7, "created_at", ARGV[1] - 60,
        "expires_at", ARGV[1] + (i % 10 == 0 and -5 or 5000), "tokens_until", ARGV[1] - 5) end';
$redis->cli('EVAL', $lua, 0, $now);
$redis->cli('CONFIG', 'RESETSTAT');
$proxy->forget;
my $got = $admin->get('/stats');
is_deeply [@$got{qw(total active expired unique_users complete)}], [6002, 5402, 600, 1502, $yes], 'many';
cmp_ok $redis->calls('scan'), '>=', 12, 'in steps';
is $redis->calls('keys'), 0, 'never KEYS';
$proxy->mode('delay', 5);
my $client = $nginx->connect;
$client->send(Client::format_request('GET', '/admin/stats'));
sleep 0.1;
my $start = time;
is $nginx->get('/admin/sessions?user=42')->status, 200, 'another request is served meanwhile';
ok !$client->{input}, 'before it has ended';
is $client->response->json->{total}, 6002, 'and then it ends';
$proxy->mode('pass');
is $admin->send(POST => '/cleanup')->json->{removed}, 600, 'cleaned up';
is $admin->get('/stats')->{total}, 5402, 'the rest stays';

# A walk that takes too long stops, and says where to go on.
$redis->cli('EVAL', 'for i = 1, 3000 do redis.call("HSET", "session:data:{o}:" .. i, "sub", "o", "expires_at", 1, "tokens_until", 1) end', 0);
$proxy->mode('delay', 900);
my $part = $admin->send(POST => '/cleanup')->json;
is $part->{complete}, $no, 'stopped';
$proxy->mode('pass');
my $rest = $admin->send(POST => "/cleanup?cursor=$part->{cursor}")->json;
cmp_ok $part->{removed}, '>', 0, 'some were removed';
is $rest->{complete}, $yes, 'the second call goes on to the end';
cmp_ok $part->{removed} + $rest->{removed}, '>=', 3000, 'all are removed';
is $admin->get('/stats')->{total}, 5402, 'the rest stays';

done;
