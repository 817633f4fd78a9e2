# Workers killed by SIGKILL while they serve and write to a small zone, again and again: the others go on, nobody gets a
# wrong verdict, and what is left is whole: changes are seen, and answers are kept as before.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use IO::Socket::INET;
use Kit;
use Load;
use Time::HiRes qw(time);

my $kills = 0 + ($ENV{TEST_KILLS} // 20);
new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->new(
    workers => 2,
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=1s; zone 64k;
        @{[ $redis->directives ]}",
    locations => 'location / { auth_session app; root ' . folder() . '; }',    # the backend would be killed as well
    server => Everywhere::server(),
);
write_file('page', 'hello', 0644);
my @good = map { Load::user("good$_", '200 valid hello') } 1 .. 300;
my @bad = map { Load::user("bad$_", '401 revoked') } 1 .. 100;
my @stale = map { Load::user("stale$_", '401 stale') } 1 .. 50;
$redis->cli('MSET', map({ ("session:revoked:{bad$_}:id-bad$_", 1) } 1 .. 100),
    map { ("session:stale:{stale$_}", '*') } 1 .. 50);

# What is written to Redis all the while, so that the zone is written to: keys of the good ones come and go in a way that
# does not speak against them.
my $writer = fork // die "fork: $!";
unless ($writer) {
    my $store = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $redis->port);
    while ($store) {
        my $user = 1 + int rand 300;
        my @words = rand > 0.5 ? ('SET', "session:stale:{good$user}", 1) : ('DEL', "session:stale:{good$user}");
        syswrite $store, '*' . @words . "\r\n" . join '', map { '$' . length($_) . "\r\n$_\r\n" } @words or last;
        readline $store // last;
        sleep 0.0005;
    }
    POSIX::_exit(0);
}
my $test = $$;
END { local $?; kill KILL => $writer if $writer && $$ == $test }

my $load = Load->start($nginx, seconds => 280, port => Everywhere::port($nginx), path => '/page',
    users => [@good, @bad, @stale], clients => [qw(keep keep keep once once pipeline)]);
my $killed = 0;
while ($killed < $kills) {
    my $two = wait_until { my @now = $nginx->workers; @now == 2 && \@now } 10 or last;
    sleep rand 0.15;
    $killed += kill KILL => $two->[rand 2];
}
is $killed, $kills, 'workers were killed';
eventually { scalar($nginx->workers) == 2 } 10, 'there are two';
sleep 0.5;
my $met = $load->stop;
note explain {map { $_ => $met->{$_} } qw(answers failed slowest)};
is_deeply $met->{wrong}, [], 'every answer was the right one';
cmp_ok $met->{answers}, '>', 100 * $kills / 20, 'and there were many';
my @odd = grep { !/no answer|ConnectionResetError|Incomplete|BrokenPipe|closed|Timeout/ } @{$met->{failed}};
is_deeply \@odd, [], 'who had none was connected to one that was killed';
cmp_ok $met->{slowest}, '<', patience(9), 'nobody hung';
kill KILL => $writer;
waitpid $writer, 0;

# All as ever.
my $all = Everywhere->new($nginx);
my @cookies = map { 'Cookie: ' . $_->{headers}[0][1] } @good, @bad, @stale;
my @expected = ((map {'200 valid'} @good), (map {'401 revoked'} @bad), map {'401 stale'} @stale);
for my $round (1 .. 2) {
    my @wrong = grep { !$all->agree($expected[$_], '/page', $cookies[$_]) } 0 .. $#cookies;
    is_deeply \@wrong, [], "round $round: all are judged rightly";
}
my $token = cookie(mint({sub => 'new', jti => 'j'}));
$redis->cli('DEL', map {"session:revoked:{bad$_}:id-bad$_"} 1 .. 100);
$redis->cli('DEL', map {"session:stale:{stale$_}"} 1 .. 50);
$redis->cli('DEL', map {"session:stale:{good$_}"} 1 .. 300);
eventually { !grep { !$all->agree('200 valid', '/page', $_) } @cookies } 10, 'who was forgiven gets in';
eventually { $all->agree('200 valid HIT', '/page', $token) } 10, 'answers are kept';
$redis->cli('SET', 'session:stale:{new}', '*');
eventually { $all->agree('401 stale', '/page', $token) } 5, 'changes are seen';
$redis->cli('DEL', 'session:stale:{new}');
eventually { $all->agree('200 valid HIT', '/page', $token) } 5, 'and seen again';
ok $nginx->reload(drained => 1), 'a reload';
$all->connect;
eventually { $all->agree('200 valid HIT', '/page', $token) } 10, 'goes on with the zone';
eventually { my @all = $redis->cli('CLIENT', 'LIST') =~ / flags=\w*t\w* /g; @all == 1 } 5, 'one connection tells';

$nginx->allow_log(qr{exited on signal 9|zone "session_realm_app" was locked by});
unlike $nginx->whole_log, qr/exited on signal (?!9\b)/, 'no worker died of itself';

done;
