# The tracking connection: one an nginx, whatever its workers; taken over when its worker dies or a reload replaces it,
# made anew when it is lost, gone at the end, and nothing that nginx waits for.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Time::HiRes qw(time);

new_key('v1');
my $redis = RedisServer->new;
my %setting = (
    workers => 3,
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=10s; @{[ $redis->directives ]}",
    server => Everywhere::server(),
    backend => 'location / { return 200 $http_x_echo; }
        location /long { limit_rate 100; return 200 ' . 'x' x 2000 . '; }',
);
my $nginx = Nginx->new(%setting);
my $token = cookie(mint({jti => 'j'}));

# As the server sees them: all that track, by id; those that it could tell nothing are none.
sub tracking {
    return map { /^id=(\d+) .* flags=\w*t\w* .* sub=1 .* redir=(\d+)/ && $2 == $1 ? $1 : () }
        split /\n/, $redis->cli('CLIENT', 'LIST');
}
sub tracked { my @all = tracking(); return join ' ', @all }

# The process at the other end of a connection of Redis.
sub owner_of {
    my ($id) = @_;
    my ($port) = $redis->cli('CLIENT', 'LIST') =~ /^id=$id addr=127\.0\.0\.1:(\d+) /m or die "no connection $id";
    my $end = sprintf ':%04X', $port;
    my ($inode) = map { (split)[9] } grep { (split)[3] eq '01' && (split)[1] =~ /$end$/ }
        split /\n/, read_file('/proc/net/tcp');
    for my $pid ($nginx->workers('all')) {
        return $pid if grep { (readlink // '') eq "socket:[$inode]" } glob "/proc/$pid/fd/*";
    }
    die "nobody has connection $id";    # a signal to 0 would be for the test itself
}

sub works {
    my ($name) = @_;
    my $all = Everywhere->new($nginx);
    eventually { $all->agree('200 valid HIT', '/', $token) } 5, "$name: known everywhere";
    $redis->cli('SET', 'session:revoked:{42}:j', 1);
    eventually { $all->agree('401 revoked', '/', $token) } 5, "$name: a change is told";
    $redis->cli('DEL', 'session:revoked:{42}:j');
    eventually { $all->agree('200 valid', '/', $token) } 5, "$name: and its end";
}

# One, for as long as one looks, and another than before.
sub one {
    my ($name, $before) = @_;
    eventually { my @all = tracking(); @all == 1 && $all[0] != ($before // 0) } 5, "$name: a tracking connection";
    sleep 0.5;
    my @all = tracking();
    is scalar(@all), 1, "$name: and no other";
    works($name);
    return $all[0];
}

my $id = one('at first');
is $redis->calls('subscribe'), 1, 'nobody else has tried';

# Its worker is killed.
for my $round (1 .. 3) {
    my ($owner, $before) = (owner_of($id), $id);
    my $start = time;
    kill KILL => $owner;
    wait_until { my @all = tracking(); @all == 1 && $all[0] != $before } 10;
    note sprintf 'taken over after %.0f ms', 1000 * (time - $start);
    cmp_ok time - $start, '<', patience(4), "kill $round: soon taken over";
    $id = one("kill $round", $before);
    eventually { scalar($nginx->workers) == 3 } 5, 'three workers again';
}
$nginx->allow_log(qr/exited on signal 9/);

# Its worker stands still, and comes back to find that another has it.
my $stuck = owner_of($id);
kill STOP => $stuck;
eventually { grep { $_ != $id } tracking() } 5, 'a worker that stands still is replaced';
kill CONT => $stuck;
$id = one('it goes on', $id);
isnt owner_of($id), $stuck, 'another has it';

# Killed by the server, again and again.
for (1 .. 3) {
    $redis->cli('CLIENT', 'KILL', 'ID', $id);
    $id = one('killed by the server', $id);
}
$redis->cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
$id = one('killed by its kind', $id);

# A reload: those who only finish what they began give it up.
my $long = $nginx->connect;
$long->send(Client::format_request('GET', '/long', cookie(mint({sub => 'long', jti => 'k'}))));
sleep 0.3;
my %old = map { $_ => 1 } $nginx->workers;
ok $nginx->reload, 'a reload, and a long answer';
$id = one('reload', $id);
ok !$old{owner_of($id)}, 'a new worker has it';
ok scalar(grep { $old{$_} } $nginx->workers('all')), 'while an old one is still busy';
$nginx->reload for 1 .. 5;
$id = one('five reloads', $id);
$long->close;
ok $nginx->reload(workers => 1), 'with one worker';
$id = one('one worker', $id);
ok $nginx->reload(realm => $setting{realm} =~ s/max_stale=10s/max_stale=200ms/r), 'with another bound';
$id = one('another bound', $id);
ok $nginx->reload(realm => $setting{realm} =~ s/cached \S+;/strict; live_connections keep;/r), 'without a cache';
eventually { tracked() eq '' } 5, 'nobody tracks';
ok $nginx->reload(%setting), 'and with it';
$id = one('again');

# Two nginx have one each.
my $second = Nginx->new(%setting, server => Everywhere::server());
eventually { my @all = tracking(); @all == 2 } 5, 'two nginx, two connections';
my $start = time;
ok $second->quit, 'one quits';
cmp_ok time - $start, '<', patience(3), 'at once';
eventually { tracked() eq $id } 5, 'and its connection is gone';
$start = time;
ok $nginx->quit, 'the other quits';
cmp_ok time - $start, '<', patience(3), 'at once';
eventually { tracked() eq '' } 5, 'none is left';
is $redis->clients, 0, 'of any kind';

done;
