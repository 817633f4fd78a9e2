# Lists of session_admin: a user's newest first, all of the store by SCAN; pages fit together while sessions come and go.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    realms => {app => "key v1 file=v1.key; token bearer; revocation strict; @{[ $redis->directives ]}",
        odd => "key v1 file=v1.key; token bearer; redis_prefix 'a*[x]?:'; @{[ $redis->directives ]}"},
    locations => '
        location /admin { session_admin app write=on; }
        location /odd/ { session_admin odd write=on; }',
);
my $admin = Admin->new($nginx, '/admin');

# Records as another writer makes them: of a user, newest last.
sub write_record {
    my ($user, $id, $created, %more) = @_;
    my %field = (sub => $user, created_at => $created, expires_at => time + 3600, ip => '192.0.2.1', refresh => 'HASH',
        claims => '{"a":1}', %more);
    $redis->cli('HSET', "session:data:{$user}:$id", map { $_ => $field{$_} } grep { defined $field{$_} } keys %field);
    $redis->cli('ZADD', "session:user:{$user}", $field{expires_at} // 0, $id);
}
my $now = time;
write_record('42', "s$_", $now - 100 + $_, expires_at => $now + 5000 - $_, tenant => "t" . $_ % 2) for 1 .. 25;
write_record('43', 'other', $now);
write_record('42', 'over', $now - 10, expires_at => $now - 1);
$redis->cli('ZADD', 'session:user:{42}', $now + 100, 'gone');

sub ids { join ' ', map { $_->{id} } @_ }
my $all = ids(map { {id => "s$_"} } reverse 1 .. 25);
my $page = $admin->get('/sessions?user=42');
is ids(@{$page->{sessions}}), $all, 'newest first, without those that are over';
is $page->{cursor}, undef, 'and no more';
is_deeply $page->{sessions}[0], {id => 's25', user => '42', tenant => 't1', created_at => $now - 75,
    expires_at => $now + 4975, last_activity_at => undef, ip => '192.0.2.1', user_agent => undef}, 'one of them';
unlike $admin->send(GET => '/sessions?user=42')->body, qr/HASH|claims/, 'no hash and no claims';
my @pages = $admin->pages('/sessions?user=42&limit=10');
is join('|', map { scalar @$_ } @pages), '10|10|5', 'in pages';
is ids(map {@$_} @pages), $all, 'the same';
@pages = $admin->pages('/sessions?user=42&limit=5&tenant=t1');
is join('|', map { scalar @$_ } @pages), '5|5|3', 'of a tenant';
is_deeply $admin->get('/sessions?user=nobody'), {sessions => [], cursor => undef}, 'of nobody';

# Between two pages a session of the first ends, one is refreshed, one of the next ends, one begins.
$page = $admin->get('/sessions?user=42&limit=10');
$admin->send(DELETE => '/sessions/s20?user=42');
write_record('42', 's10', $now - 90, expires_at => $now + 99_999);
$admin->send(DELETE => '/sessions/s14?user=42');
$admin->begin('42');
my $next = $admin->get("/sessions?user=42&limit=10&cursor=$page->{cursor}");
is ids(@{$next->{sessions}}), ids(map { {id => "s$_"} } 15, 13, 12, 11, 10, 9, 8, 7, 6, 5), 'the next page goes on behind it';

# All of them, among as many keys of other kinds.
my $lua = 'for i = 1, 3000 do redis.call("HSET", "session:data:{u" .. i % 700 .. "}:x" .. i, "sub", "u" .. i % 700, "tenant",
    "big" .. i % 3, "created_at", ARGV[1] - i, "expires_at", ARGV[1] + 5000)
    redis.call("SET", "session:revoked:{u}:" .. i, 1) redis.call("SET", "foreign:" .. i, 1) end';
$redis->cli('EVAL', $lua, 0, $now);
my %seen;
$seen{"$_->{user} $_->{id}"}++ for map {@$_} @pages = $admin->pages('/sessions?limit=200');
cmp_ok scalar(grep {/ x\d+$/} keys %seen), '==', 3000, 'all are met';
ok $seen{'43 other'} && $seen{'42 s25'}, 'these too';
ok !$seen{'42 over'}, 'but those that are over';
cmp_ok scalar @pages, '>', 10, 'in pages';
cmp_ok $_, '<', 500, 'of about that length' for map { scalar @$_ } @pages;
for my $some (grep {@$_} @pages[0, 1]) {
    my @created = map { $_->{created_at} } @$some;
    is_deeply \@created, [sort { $b <=> $a } @created], 'newest first within a page';
}
my %of_tenant = map { ("$_->{user} $_->{id}" => $_->{tenant}) } map {@$_} $admin->pages('/sessions?tenant=big1&limit=1000');
cmp_ok scalar keys %of_tenant, '==', 1000, 'those of a tenant';
is join(' ', grep { $_ ne 'big1' } values %of_tenant), '', 'and no others';

# Those that are there all the time are met, whatever comes and goes meanwhile.
my ($cursor, $round, %met) = ('', 0);
do {
    $page = $admin->get("/sessions?limit=300$cursor");
    $met{$_->{id}}++ for @{$page->{sessions}};
    $redis->cli('EVAL', 'for i = 1, 4000 do redis.call(ARGV[2] == "0" and "DEL" or "SET", "session:data2:" .. i, 1) end', 0,
        $now, ++$round % 2);
    $cursor = '&cursor=' . ($page->{cursor} // '');
} while defined $page->{cursor} && $round < 200;
cmp_ok scalar(grep {/^x\d+$/} keys %met), '==', 3000, 'all are met while the store grows and shrinks';

# One page is a bounded amount of work, also where there is nothing to be found.
my $before = $redis->calls('scan');
$page = $admin->get('/sessions?tenant=nobody&limit=1');
cmp_ok $redis->calls('scan') - $before, '<=', 20, 'at most twenty steps';
is $redis->calls('keys'), 0, 'never KEYS';

# Names that look like parts of keys; a prefix that looks like a pattern.
my $odd = Admin->new($nginx, '/odd');
my @users = ('a}:b', 'c:{d}', 'e f/g?h%', "\xc3\xa4", '}:', '*');
$odd->begin($_, tenant => 'a/b') for map { utf8::decode(my $user = $_); $user } @users;
my @listed = map {@$_} $odd->pages('/sessions');
is_deeply [sort map { my $user = $_->{user}; utf8::encode($user); $user } @listed], [sort @users], 'every user is read right';
for my $session (@listed) {
    my $user = $session->{user};
    utf8::encode($user);
    $user =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ge;
    is $odd->get("/sessions/$session->{id}?user=$user")->{id}, $session->{id}, "found as $user";
    is $odd->send(DELETE => "/users/$user/sessions")->status, 200, "ended as $user";
}
is_deeply $odd->get('/sessions'), {sessions => [], cursor => undef}, 'none is left';

done;
