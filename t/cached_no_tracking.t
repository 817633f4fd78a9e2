# A server that does not tell what changes, because it is too old or the account may not ask it to: what it said is good for
# `max_stale` and no longer, the log says so once, and known revocations stay.
#
# All that an account needs for `revocation cached`:
#   ACL SETUSER nginx on >PASSWORD %R~session:* &__redis__:invalidate +ping +get +exists
#       +client|id +client|tracking +subscribe
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use Time::HiRes qw(time);

new_key('v1');
write_file('password', 'a-password-of-redis', 0644);
my $needed = '%R~session:* &__redis__:invalidate +ping +get +exists +client|id +client|tracking +subscribe';
my %account = (full => $needed, map { (/(\w+)$/)[0] => $needed =~ s/ \Q$_\E(?= |$)//r }
    qw(&__redis__:invalidate +ping +client|id +client|tracking +subscribe));
my %name = (full => 'with all', invalidate => 'without the channel', map { ($_ => "without +$_") } qw(ping subscribe),
    map { ($_ => "without +client|$_") } qw(id tracking));
my $redis = RedisServer->new(users => [map {"$_ on >a-password-of-redis resetchannels $account{$_}"} sort keys %account]);

# Servers of before: 4.0, 5.0, and one that knows no CLIENT at all.
my %lists = ('*' => "\$-1\r\n", PING => "+PONG\r\n", EXISTS => ":0\r\n");
my %old = (
    four => {CLIENT => "-ERR Syntax error, try CLIENT (LIST | KILL | GETNAME | SETNAME | PAUSE | REPLY)\r\n"},
    five => {'CLIENT ID' => ":7\r\n",
        CLIENT => "-ERR Unknown subcommand or wrong number of arguments for 'TRACKING'. Try CLIENT HELP\r\n"},
    none => {CLIENT => "-ERR unknown command `CLIENT`, with args beginning with: `ID`, \r\n"},
);
my %proxy = map { $_ => FaultProxy->new } keys %old;
$proxy{$_}->answer({%lists, %{$old{$_}}}) for keys %old;
$name{$_} = "an old server, $_" for keys %old;

$redis->cli('SET', 'session:generation', 'g');    # these accounts cannot
my $key = 'key v1 file=v1.key; cookie access_token; revocation cached max_stale=1s;';
my %realms = (
    (map { $_ => "$key @{[ $redis->directives ]} redis_user $_; redis_password_file password;" } keys %account),
    map { $_ => "$key @{[ $proxy{$_}->directives ]}" } keys %old,
);
my $nginx = Nginx->new(
    workers => 2,
    realms => \%realms,
    server => Everywhere::server(),
    locations => join "\n", map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} keys %realms,
);
my $all = Everywhere->new($nginx);

sub set_revoked {
    my ($realm, $is) = @_;
    if ($old{$realm}) { $proxy{$realm}->answer({%lists, %{$old{$realm}}, EXISTS => $is ? ":1\r\n" : ":0\r\n"}) }
    else { $redis->cli($is ? ('SET', "session:revoked:{$realm}:j", 1) : ('DEL', "session:revoked:{$realm}:j")) }
}

for my $realm (sort keys %realms) {
    my ($path, $name) = ("/$realm", $name{$realm});
    my ($token, $other) = map { cookie(mint({sub => $realm, jti => $_})) } qw(j other);
    eventually { $all->agree('200 valid HIT', $path, $token) } 5, "$name: good, and known to be";

    # Good for a second, as long as nobody says other.
    my %said;
    for (1 .. 15) { $said{$_}++ for $all->ask($path, $token); sleep 0.1 }
    is join(', ', sort keys %said), $realm eq 'full' ? '200 valid HIT' : '200 valid HIT, 200 valid MISS',
        $realm eq 'full' ? "$name: told" : "$name: asked again and again";
    next if $realm eq 'full';
    cmp_ok $said{'200 valid MISS'}, '<', $said{'200 valid HIT'} // 0, "$name: but not each time";

    # Nobody is let in by an older answer.
    eventually { $all->agree('200 valid HIT', $path, $token) } 5, "$name: known";
    set_revoked($realm, 1);
    my $start = time;
    my %late;
    while (time < $start + 1.7) {
        my $sent = time;
        my @answers = $all->ask($path, $token);
        if ($sent > $start + 1) { $late{$_}++ for map {/^(\d+ \w+)/} @answers }
    }
    is join(', ', sort keys %late), '401 revoked', "$name: seen within max_stale";

    # That it is taken back is told by nobody, and found by asking.
    set_revoked($realm, 0);
    eventually { $all->agree('200 valid', $path, $token) } 4, "$name: taken back";
    ok $all->agree('200 valid', $path, $other), "$name: another token is good";
}

# With all rights a change is told, and so is its end.
my $token = cookie(mint({sub => 'full', jti => 'j'}));
for my $is (1, 0, 1) {
    set_revoked('full', $is);
    my $answer = $is ? '401 revoked' : '200 valid';
    eventually { $all->agree($answer, '/full', $token) } 3, "with all: $answer";
}

for my $realm (sort keys %realms) {
    my @warnings = $nginx->log_lines(qr/\[warn\].*realm "$realm".*does not tell what changes/);
    is scalar(@warnings), $realm eq 'full' ? 0 : 1, "$name{$realm}: warnings in the log";
    my @lost = $nginx->log_lines(qr/realm "$realm".* lost: /);
    is scalar(@lost), 0, "$name{$realm}: and complains of nothing else" or diag $lost[0];
}

# An account that gets the rights later.
$redis->cli('ACL', 'SETUSER', 'tracking', '+client|tracking');
$nginx->reload;
$all->connect;
eventually { $all->agree('200 valid HIT', '/tracking', cookie(mint({sub => 'x'}))) } 5, 'given the right: a cache';
sleep 0.5;
my $later = cookie(mint({sub => 'y'}));
$all->ask('/tracking', $later);
sleep 1.5;
ok $all->agree('200 valid HIT', '/tracking', $later), 'that is told of changes';

# A server that is lost: what was known to be revoked is rejected.
for my $realm (sort keys %account) {
    set_revoked($realm, 1);
    my $token = cookie(mint({sub => $realm, jti => 'j'}));
    eventually { $all->agree('401 revoked', "/$realm", $token) } 5, "$name{$realm}: known";
}
$redis->kill;
sleep 1.5;
for my $realm (sort keys %account) {
    ok $all->agree('401 revoked', "/$realm", cookie(mint({sub => $realm, jti => 'j'}))), "$name{$realm}: and remembered";
}

done;
