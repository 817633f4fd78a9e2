# Lists, statistics and clean-up of session_admin walk over all masters of a cluster, in pages, each session met once;
# writes reach the master of their user.
use FindBin;
use lib "$FindBin::Bin/lib";
use Admin;
use Kit;
use RedisCluster;

new_key('v1');
my $cluster = RedisCluster->new(masters => 4);
my $base = "key v1 file=v1.key; token bearer; revocation strict; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    realms => {app => "$base absolute_timeout 7d;", idle => "$base idle_timeout 10m;"},
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /admin { session_admin app write=on; }
        location /idle { session_admin idle write=on; }',
);
my ($admin, $idle) = map { Admin->new($nginx, $_) } '/admin', '/idle';
my @masters = $cluster->masters;
is_deeply $admin->get('/sessions'), {sessions => [], cursor => undef}, 'nothing yet';

# On each master as many as its slots hold, some of them idle.
my $now = time;
my $lua = 'for _, n in ipairs(ARGV) do
    local user, now = "u" .. n, tonumber(redis.call("TIME")[1])
    redis.call("HSET", "session:data:{" .. user .. "}:s" .. n, "sub", user, "tenant", "t", "created_at", now - 2000,
        "expires_at", now + 5000, "last_activity_at", now - (n % 3 == 0 and 1200 or 60))
    redis.call("ZADD", "session:user:{" .. user .. "}", now + 5000, "s" .. n) end';
for my $master (@masters) {
    my @own = $master->own_slots;
    my @numbers = grep { my $slot = $cluster->slot_of("{u$_}"); grep { $slot >= $_->[0] && $slot <= $_->[1] } @own } 1 .. 300;
    $master->cli('EVAL', $lua, 0, @numbers);
}
my @sizes = map { $_->cli('DBSIZE') } @masters;
is scalar(grep { $_ < 20 } @sizes), 0, "each master has some: @sizes";

for my $limit (10, 75, 1000) {
    my %seen;
    my @pages = $admin->pages("/sessions?limit=$limit");
    $seen{$_->{id}}++ for map {@$_} @pages;
    is scalar(keys %seen), 300, "limit $limit: all are met";
    is scalar(grep { $_ > 1 } values %seen), 0, "limit $limit: once";
}
my $stats = $admin->get('/stats');
is_deeply [@$stats{qw(total active expired unique_users unique_tenants complete)}],
    [300, 300, 0, 300, 1, JSON::PP::true()], 'statistics of all';

my $removed = $idle->send(POST => '/cleanup')->json;
is $removed->{removed}, 100, 'clean-up of all';
is $admin->get('/stats')->{total}, 200, 'the others are left';
is scalar(grep { $_->calls('scan') == 0 } @masters), 0, 'every master was walked over';

# Writes, on each of them.
for my $i (0 .. 3) {
    my $user = $cluster->user_at($masters[$i], 50);
    my $session = $admin->begin($user);
    is $nginx->get('/', bearer($session->{access_token}))->answer, '200 valid', "master $i: a session";
    is $admin->get("/sessions/$session->{id}?user=$user")->{id}, $session->{id}, "master $i: shown";
    is $admin->send(DELETE => "/sessions/$session->{id}?user=$user")->status, 200, "master $i: ended";
    is $nginx->get('/', bearer($session->{access_token}))->answer, '401 revoked', "master $i: revoked";
    $session = $admin->begin($user);
    is $admin->send(DELETE => "/users/$user/sessions")->status, 200, "master $i: logged out everywhere";
    is $nginx->get('/', bearer($session->{access_token}))->answer, '401 revoked', "master $i: revoked too";
    is $admin->send(PUT => "/users/$user/stale", {deleted => JSON::PP::true()})->status, 200, "master $i: a mark";
    is $masters[$i]->cli('GET', "session:stale:{$user}"), '*', "master $i: is there";
    is $admin->send(DELETE => "/users/$user/stale")->status, 200, "master $i: and gone";
}
my $token = bearer(mint({sub => 'epoch', jti => 'j', iat => $now - 100, tenant => 't7'}));
is $nginx->get('/', $token)->answer, '200 valid', 'a token';
is $admin->send(POST => '/epoch', {before => $now - 50, tenant => 't7'})->status, 200, 'an epoch of a tenant';
is $nginx->get('/', $token)->answer, '401 epoch', 'counts';
is $cluster->owner_of('session:epoch:t7')->cli('GET', 'session:epoch:t7'), $now - 50, 'and is at its master';

# While a master is away a list is none.
$masters[2]->pause;
my $response = $admin->send(GET => '/sessions?limit=1000');
is $response->status, 503, 'a list without a master is no list';
$masters[2]->resume;
eventually { $admin->send(GET => '/sessions')->status == 200 } 10, 'it is back';

done;
