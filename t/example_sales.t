# multi-tenant-sales.conf, played: sessions of tenants outlive restarts, end with their record, user or tenant, those of
# before the change stay, and operators see and end them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Example;
use OpaqueIds;
use Sessions qw(cookies_of);

new_key($_) for qw(v1 v2);
my $folder = folder();
mkdir "$folder/session";
write_file("session/$_.key", read_file("$folder/$_.key")) for qw(v1 v2);
my $redis = RedisServer->new(config => ['appendonly yes', 'appendfsync always']);
my @story = (example => 'multi-tenant-sales', redis => $redis, echo => '$http_x_user $http_x_tenant');
my ($nginx, $second) = map { Example->new(@story) } 1 .. 2;
my ($acme, $other) = map {"Host: $_.sales.example.com"} qw(acme other);
my @page = ('Sec-Fetch-Mode: navigate');

# What the browser has: both cookies, or one.
sub kept {
    my ($answer) = @_;
    my $set = cookies_of($answer);
    my %got = (set => $set, map { ($_ => "Cookie: $_=" . ($set->{$_}{value} // '')) } qw(session refresh));
    return {%got, both => "$got{session}; " . ($got{refresh} =~ s/^Cookie: //r)};
}
sub log_in {
    my ($user, $tenant) = @_;
    return kept($nginx->post("/login?user=$user&claims={\"tenant\":\"$tenant\"}", "Host: $tenant.sales.example.com"));
}
sub at {
    my ($node, @headers) = @_;
    my $answer = $node->get('/api/deals', $acme, @headers);
    return $answer->json->{reason} // $answer->body;
}
sub ops { my ($method, $call, @more) = @_; $nginx->request($method, "/ops/sessions/$call", @more)->json }
sub users { join ' ', map { $_->{user} } @{$_[0]->{sessions}} }
sub json_body { ('Content-Type: application/json', {body => json($_[0])}) }

# A login: a record, two cookies of different lives.
my $user = log_in(42, 'acme');
is_deeply {map { ($_ => $user->{set}{$_}{'max-age'}) } keys %{$user->{set}}},
    {session => 3600, refresh => 14 * 86400}, 'two cookies of different lives';
my ($key) = $redis->cli('KEYS', 'session:data:{42}:*') =~ /^(\S+)$/;
my %record = split /\n/, $redis->cli('HGETALL', $key);
is_deeply [@record{qw(sub tenant)}], [42, 'acme'], 'the record has user and tenant';
ok exists $record{$_}, "and $_" for qw(created_at expires_at refresh);
is at($nginx, $user->{session}), '42 acme', 'the application knows both';
is $nginx->get('/', $other, $user->{session})->json->{reason}, 'forbidden', 'no other tenant lets it in';

# Without a session.
is $nginx->get('/api/deals', $acme)->status, 401, 'the API is told 401';
my $sent = $nginx->get('/deals?page=2', $acme, @page);
is $sent->status, 302, 'a browser is sent';
like $sent->header('Location'), qr{/login\?next=%2Fdeals%3Fpage%3D2$}, 'to log in';

# Sessions of before, and how they get the new cookies.
my $id = put_session($redis, new_id(), {sub => '50', sid => 'old', tenant => 'acme'});
my $before = cookie($id, 'sid');
is at($nginx, $before), '50 acme', 'an id of before';
is $nginx->get('/', $other, $before)->status, 403, 'of its tenant alone';
is $nginx->post('/api/session/move?user=50', $other, $before)->status, 403, 'nor moved at another';
my $moved = kept($nginx->post('/api/session/move?user=50&claims={"tenant":"acme"}', $acme, $before));
is at($nginx, $moved->{session}), '50 acme', 'moved to the new cookies';
is at($nginx, $before), 'revoked', 'the old id has ended';
is $nginx->post('/api/session/move?user=50', $acme)->status, 401, 'nobody moves without one';
my $stays = cookie(put_session($redis, new_id(), {sub => '51', sid => 'stays', tenant => 'acme'}), 'sid');

# Restarts and one more node.
my $all = sub { join ', ', map { my $node = $_; map { at($node, $_) } $user->{session}, $stays } @_ };
is $all->($nginx, $second), '42 acme, 51 acme, 42 acme, 51 acme', 'one node is like the other';
ok $nginx->quit, 'nginx ends';
$nginx->start;
is $all->($nginx), '42 acme, 51 acme', 'a restart changes nothing';
$redis->stop;
$redis->start;
eventually { $all->($nginx, $second) eq '42 acme, 51 acme, 42 acme, 51 acme' } 10, 'nor does one of Redis';

# Refresh.
my $next = $nginx->get('/deals', $acme, @page, $user->{refresh});
is $next->body, '42 acme', 'a page is refreshed where it stands';
$user = kept($next);
is $nginx->post('/api/session/refresh', $acme, $user->{refresh})->json->{access_expires_in}, 3600, 'or by a script';

# Logout.
my $out = log_in(43, 'acme');
is $nginx->post('/logout', $acme, 'Origin: https://evil.example', $out->{both})->status, 403, 'not by a foreign page';
my $gone = $nginx->post('/logout', $acme, 'Origin: https://acme.sales.example.com', $out->{both}, @page);
is $gone->status, 303, 'a logout';
like $gone->header('Location'), qr{/login$}, 'leads to the login page';
is_deeply [sort map {/^(\w+)=; .*Max-Age=0/} $gone->headers('Set-Cookie')], [qw(refresh session)], 'both cookies go';
is $redis->cli('KEYS', 'session:data:{43}:*'), '', 'so does the record';
eventually { at($_, $out->{session}) =~ /^re(?:voked|cord)$/ } 2, 'and nobody is in' for $nginx, $second;

# Operators.
sleep 1.1;
my ($later, $foreign) = (log_in(44, 'acme'), log_in(60, 'other'));
sleep 1.1;
my $last = log_in(42, 'acme');
my $list = ops(GET => 'sessions');
my @times = map { $_->{created_at} } @{$list->{sessions}};
is_deeply \@times, [sort { $b <=> $a } @times], 'all sessions, newest first';
is $list->{sessions}[0]{user}, 42, 'which is the last login';
is_deeply [sort split ' ', users(ops(GET => 'sessions?tenant=other'))], [60], 'those of a tenant';
my @own = @{ops(GET => 'sessions?user=42')->{sessions}};
is scalar @own, 2, 'those of a user';
cmp_ok $own[0]{created_at}, '>', $own[1]{created_at}, 'newest first';
is ops(DELETE => "sessions/$own[1]{id}?user=42")->{revoked}, JSON::PP::true, 'an operator ends one';
eventually { at($_, $user->{session}) =~ /^re(?:voked|cord)$/ } 2, 'on each node' for $nginx, $second;
$redis->cli('DEL', "session:data:{42}:$own[0]{id}");
is at($nginx, $last->{session}), 'record', 'whose record is deleted is out too';
is users(ops(GET => 'sessions?user=42')), '', 'and in no list';

put_session($redis, new_id(), {sub => '52', sid => 'over', tenant => 'acme', expires_at => time - 5});
is ops(GET => 'stats')->{expired}, 1, 'one has expired';
is_deeply ops(POST => 'cleanup'), {removed => 1, complete => JSON::PP::true, cursor => undef}, 'and is removed';
is ops(GET => 'stats')->{expired}, 0, 'no other has';

# Gone with the user, or with the tenant.
is ops(PUT => 'users/44/stale', json_body({deleted => JSON::PP::true}))->{deleted}, JSON::PP::true, 'a user is gone';
eventually { at($second, $later->{session}) eq 'stale' } 2, 'and so are the sessions';
is $nginx->post('/login?user=44&claims={"tenant":"acme"}', $acme)->status, 403, 'and no login';
is ops(POST => 'epoch', json_body({before => time, tenant => 'acme'}))->{tenant}, 'acme', 'a tenant is gone';
eventually { at($second, $moved->{session}) eq 'epoch' } 2, 'with all sessions';
is at($nginx, $stays), 'epoch', 'those of before too';
is $nginx->get('/', $other, $foreign->{session})->body, '60 other', 'but those of the others';

done;
