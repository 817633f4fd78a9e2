# A master of a cluster that was flushed, replaced by an empty one, or has lost what it wrote last: who is known to be
# revoked stays so, in `strict` too, and the log tells of it. Others are judged by what it says now.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use RedisCluster;
use Sessions;

new_key('v1');
my $cluster = RedisCluster->new(masters => 3, timeout => 2000, config => ['cluster-require-full-coverage no']);
my $base = "key v1 file=v1.key; cookie access_token; @{[ $cluster->directives ]}";
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached;"},
    workers => 2,
    server => Everywhere::server(),
    locations => join('', map {"location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }"}
        qw(strict cached)) . 'location = /status { session_status; }',
);
my $all = Everywhere->new($nginx);
my @masters = $cluster->masters;
my ($round, %user, %cookie) = (0);

sub revoke { my ($id) = @_; $cluster->cli('SET', "session:revoked:{$user{$id}}:$id", 1) }
sub changes { my ($realm) = @_; status_of($nginx, $realm)->{store}{generation_changes} }
sub everywhere {
    my ($answer, $name, @ids) = @_;
    for my $realm (qw(strict cached)) {
        eventually { $all->agree($answer, "/$realm", $cookie{$_}) } 10, "$name: $realm: $_" for @ids;
    }
}

# New users of all masters; one of each is known to be revoked.
sub begin {
    my ($name) = @_;
    $round++;
    for my $i (0 .. 2) {
        for my $who (qw(bad good)) {
            my $id = "$who$i";
            $user{$id} = $cluster->user_at($masters[$i], 2 * $round + ($who eq 'bad'));
            $cookie{$id} = cookie(mint({sub => $user{$id}, jti => $id}));
        }
        revoke("bad$i");
    }
    everywhere('401 revoked', $name, map {"bad$_"} 0 .. 2);
    everywhere('200 valid', $name, map {"good$_"} 0 .. 2);
}

# For two seconds, in which the master is looked at more than once; it may have no answer meanwhile.
sub stays_known {
    my ($name) = @_;
    my %said;
    for (1 .. 20) {
        $said{$_}++ for map {/^(\d+ \w+)/} map { my $realm = $_; map { $all->ask("/$realm", $cookie{"bad$_"}) } 0 .. 2 }
            qw(strict cached);
        sleep 0.1;
    }
    is_deeply [keys %said], ['401 revoked'], "$name: who is known to be revoked stays so" or diag explain \%said;
    everywhere('200 valid', "$name: others", map {"good$_"} 0 .. 2);
    everywhere('401 revoked', "$name: at last", map {"bad$_"} 0 .. 2);
}

sub tells {
    my ($name, $before) = @_;
    for my $realm (qw(strict cached)) {
        eventually { changes($realm) > $before->{$realm} } 5, "$name: $realm: it is counted";
        like $nginx->log, qr/\[crit\].*realm "$realm" redis .* was emptied or replaced: "session:generation:\{\d+\}" is (?:gone|another one)/,
            "$name: $realm: and told";
    }
    $nginx->forget_log;
}

begin('flushed');
my %before = map { $_ => changes($_) } qw(strict cached);
$masters[1]->cli('FLUSHALL');
stays_known('flushed');
tells('flushed', \%before);

begin('replaced');
%before = map { $_ => changes($_) } qw(strict cached);
$masters[2]->kill;
$masters[2]->start;
stays_known('replaced');
tells('replaced', \%before);

# It has the id that it had, but not what it was told last.
is $masters[0]->cli('SAVE'), 'OK', 'a copy on the disk';
begin('restarted');
$masters[0]->kill;
$masters[0]->start;
eventually { $cluster->cli('EXISTS', "session:revoked:{$user{bad0}}:bad0") eq '0' } 10, 'it has lost a revocation';
stays_known('restarted');

# What is told again, and deleted then, is deleted.
revoke('bad0');
everywhere('401 revoked', 'told again', 'bad0');
sleep 1;
everywhere('401 revoked', 'met again', 'bad0');
$cluster->cli('DEL', "session:revoked:{$user{bad0}}:bad0");
everywhere('200 valid', 'deleted', 'bad0');

done;
