# A failover to a replica that lacks what the master had acknowledged last: who is known to be revoked stays so, in `strict`
# too, though the new master says nothing against them; what it has counts, and what it is told from now on.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Sentinels;

new_key('v1');
my $fleet = Sentinels->new;
my $base = 'key v1 file=v1.key; cookie access_token; ' . $fleet->directives;
my $nginx = Nginx->new(
    realms => {strict => "$base revocation strict;", cached => "$base revocation cached;"},
    workers => 2,
    server => Everywhere::server(),
    locations => join '', map {"location /$_ { auth_session $_; rewrite ^ / break; proxy_pass http://backend; }"}
        qw(strict cached),
);
my $all = Everywhere->new($nginx);
my %cookie = map { $_ => cookie(mint({jti => $_})) } qw(good kept lost unseen);
sub everywhere {
    my ($answer, $name, @ids) = @_;
    for my $realm (qw(strict cached)) {
        eventually { $all->agree($answer, "/$realm", $cookie{$_}) } 15, "$name: $realm: $_" for @ids;
    }
}
sub revoke { my ($server, $id) = @_; $server->cli('SET', "session:revoked:{42}:$id", 1) }

my ($master, $replica) = ($fleet->master, $fleet->replicas);
everywhere('200 valid', 'before', qw(good));
revoke($master, 'kept');
eventually { $replica->cli('EXISTS', 'session:revoked:{42}:kept') } 5, 'a revocation that the replica has';
ok $replica->cli('EXISTS', 'session:generation'), 'and the id of its master';

# Nothing reaches the replica any more.
$master->cli('ACL', 'SETUSER', 'default', '-psync', '-sync');
$master->cli('CLIENT', 'KILL', 'TYPE', 'replica');
is revoke($master, $_), 'OK', "$_: acknowledged" for qw(lost unseen);
everywhere('401 revoked', 'before', qw(kept lost));
is $replica->cli('EXISTS', 'session:revoked:{42}:lost'), 0, 'the replica lacks it';
$master->kill;
ok $fleet->wait_for_other($master), 'the replica takes over';
my %said;
for (1 .. 30) {
    $said{"$_: " . join ' ', map {/^(\d+ \w+)/} $all->ask("/$_", $cookie{lost})}++ for qw(strict cached);
    sleep 0.1;
}
is_deeply \%said, {map { ("$_: 401 revoked 401 revoked" => 30) } qw(strict cached)}, 'what it lacks is known';
everywhere('200 valid', 'after', qw(good));
everywhere('401 revoked', 'after', qw(kept lost));
everywhere('200 valid', 'nobody has seen', qw(unseen));

# It is the store from now on.
revoke($replica, $_) for qw(lost unseen);
everywhere('401 revoked', 'told again', qw(lost unseen));
sleep 1;
everywhere('401 revoked', 'met again', qw(kept lost unseen));
$replica->cli('DEL', map {"session:revoked:{42}:$_"} qw(kept lost unseen));
everywhere('200 valid', 'deleted', qw(kept lost unseen));

done;
