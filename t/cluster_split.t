# Workers that know different masters of a slot, as for a moment while a cluster changes: what one of them has asked of a
# master that was cut off counts for no worker that knows its successor, and takes back nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, timeout => 15000, config => ['cluster-require-full-coverage no']);
my $base = "key v1 file=v1.key; cookie access_token; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached max_stale=1s;"},
    workers => 2,
    server => Everywhere::server(),
    locations => join '', map {"location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }"}
        qw(strict cached),
);
my $all = Everywhere->new($nginx);
my ($old, $other, $heir) = $cluster->masters;
my $user = $cluster->user_at($old);
my @ids = map {"id$_"} 0 .. 5;
my %cookie = map { $_ => cookie(mint({sub => $user, jti => $_})) } 'good', @ids;
sub say { my ($client, $realm, $id) = @_; Everywhere::answer(Everywhere::say_on($client, "/$realm", $cookie{$id})) }

# The worker that hears of changes learns first of new masters; the other one looks every five seconds.
sub is_told {
    my ($pid) = @_;
    my ($port) = $old->cli('CLIENT', 'LIST') =~ /^.* addr=127\.0\.0\.1:(\d+) .* flags=\w*t/m or return;
    my $socket = sprintf '^\s*\d+: 0100007F:%04X 0100007F:%04X(?:\s+\S+){6}\s+(\d+)', $port, $old->port;
    my ($inode) = read_file('/proc/net/tcp') =~ /$socket/m or return;
    return scalar grep { (readlink($_) // '') eq "socket:[$inode]" } glob "/proc/$pid/fd/*";
}
eventually { $all->agree('200 valid HIT', '/cached', $cookie{good}) } 10, 'a cache';
eventually { $all->agree('200 valid', '/strict', $cookie{good}) } 10, 'and a realm without';
my @workers = sort { $a <=> $b } $nginx->workers;
my @order = is_told($workers[0]) ? (0, 1) : (1, 0);
my ($first, $behind) = ($all->clients)[@order];
my $sleeper = $workers[$order[1]];

# The old master and the others know nothing of each other any more, and its slots have another, which has all that the
# old one had, as a replica would.
kill STOP => $sleeper;
my @slots = map { $_->[0] .. $_->[1] } $old->own_slots;
for my $node ($other, $heir) {
    $old->ok('CLUSTER', 'FORGET', $node->{id});
    $node->ok('CLUSTER', 'FORGET', $old->{id});
}
$heir->ok('CLUSTER', 'ADDSLOTS', @slots);
$heir->ok('SET', $_, $old->cli('GET', $_)) for split /\n/, $old->cli('KEYS', 'session:generation:*');
$heir->ok('SET', "session:revoked:{$user}:$_", 1) for @ids;
$heir->cli('CLUSTER', 'BUMPEPOCH');
eventually { say($first, 'cached', 'id0') =~ /^401 revoked/ } 5, 'one worker knows the successor';
kill CONT => $sleeper;
for my $id (@ids[1 .. 5]) {
    note 'the other: ', say($behind, 'cached', $id);
    like say($first, 'cached', $id), qr/^401 revoked/, "$id: what the other has learnt does not count";
}
eventually { $all->agree('401 revoked', '/cached', $cookie{$_}) } 3, "$_: both know it soon" for @ids;
eventually { $all->agree('200 valid HIT', '/cached', $cookie{good}) } 5, 'they share what they know again';

# Nor does it take back what is known.
kill STOP => $sleeper;
eventually { say($first, 'strict', 'id0') =~ /^401 revoked/ } 8, 'strict: one worker knows the successor';
sleep 1;
like say($first, 'strict', 'id1'), qr/^401 revoked/, 'and a revocation there';
$behind->send(Client::format_request('GET', '/strict', 'Connection: keep-alive', $cookie{id1}));
kill CONT => $sleeper;
like Everywhere::answer($behind->response), qr/^401 revoked/, 'which the other one does not take back';
like say($first, 'strict', 'id1'), qr/^401 revoked/, 'for nobody';

done;
