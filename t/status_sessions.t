# How many sessions there are, in all forms of session_status: counted behind the requests while somebody asks, in Redis and
# in the zone, with the age of the numbers; a store that is away leaves the last ones.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $base = 'key v1 file=v1.key; token bearer;';
my $nginx = Nginx->new(
    workers => 2,
    realms => {app => "$base @{[ $redis->directives ]}", zone => $base, plain => "$base revocation off;"},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /off { auth_session plain; proxy_pass http://backend; }
        location /zone/ { session_admin zone write=on; }
        location /in-zone { auth_session zone; proxy_pass http://backend; }
        location = /status { session_status; }',
);
sub sessions { $nginx->get('/status')->json->{realms}{$_[0]}{sessions} }
my $now = time;
for (['42', 'a', 't1', $now + 3600, $now - 600], ['42', 'b', 't1', $now + 3600, $now], ['43', 'c', 't2', $now - 10, $now - 60]) {
    my ($user, $id, $tenant, $expires, $active) = @$_;
    $redis->cli('HSET', "session:data:{$user}:$id", sub => $user, tenant => $tenant, created_at => $now - 7200,
        expires_at => $expires, last_activity_at => $active);
}
Admin->new($nginx, '/zone')->begin('44', tenant => 't') for 1, 2;

is sessions('app'), undef, 'nobody has counted yet';
my ($got, $zone);
eventually { $got = sessions('app') } 10, 'the next status has them';
my $age = delete $got->{age};
cmp_ok $age, '<', 12, 'with their age';
is int(0.5 + delete $got->{average_idle_minutes}), 5, 'the average rest';
is_deeply $got, {total => 3, active => 2, expired => 1, users => 2, tenants => 2}, 'of Redis';
eventually { $zone = sessions('zone') } 10, 'a realm without Redis';
is_deeply [@$zone{qw(total active users tenants)}], [2, 2, 1, 1], 'of the zone';
is sessions("plain"), undef, 'a realm that asks nothing';

my $text = $nginx->get('/status?format=prometheus')->body;
like $text, qr/^nginx_session_$_$/m, $_ for 'sessions\{realm="app",state="active"\} 2', 'sessions\{realm="app",state="expired"\} 1',
    'session_users\{realm="app"\} 2', 'session_tenants\{realm="app"\} 2', 'sessions_age_seconds\{realm="app"\} \d+\.\d+';
unlike $text, qr/^nginx_session_sessions\{realm="plain"/m, 'none of a realm that asks nothing';
like $nginx->get('/status?format=html')->body, qr/counted/, 'the page';

# Later ones, by whichever worker; requests of the survey are not counted.
$redis->cli('HSET', 'session:data:{45}:d', sub => '45', created_at => $now, expires_at => $now + 3600);
eventually { sessions('app')->{users} == 3 } 30, 'another session';
is $nginx->get('/status')->json->{realms}{app}{store}{requests}{answered} // 0, 0, 'nobody has asked the store for a request';

# Redis is away.
$redis->stop;
my $last = sessions('app');
eventually { sessions('app')->{age} > $last->{age} + 1 } 30, 'their age grows';
is_deeply [@{sessions('app')}{qw(total users)}], [@$last{qw(total users)}], 'the last ones stay';

done;
