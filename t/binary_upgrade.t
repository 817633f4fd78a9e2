# A binary upgrade under load: USR2 starts a new master, WINCH empties the old one, QUIT ends it; and the way back.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Load;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->prepare(
    workers => 2,
    main => join('', map {"env $_;"} qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS)),    # for sanitizers
    realm => "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}",
    locations => 'location / { auth_session app; root ' . folder() . '; }',
);
write_file('page', 'hello', 0644);
$redis->cli('SET', 'session:revoked:{bad}:id-bad', 1);
my @users = (Load::user('good', '200 valid hello'), Load::user('bad', '401 revoked'));
my $pid_file = $nginx->prefix . '/nginx.pid';

# A daemon: nginx takes no USR2 while the process that started it is its parent.
write_file($nginx->{file}, read_file($nginx->{file}) =~ s/daemon off/daemon on/r);
unless (my $starter = fork) { $nginx->become_nginx }
else { waitpid $starter, 0 }
my $old = wait_until { read_file($pid_file) =~ /(\d+)/ && $1 } 10;
my $new;
END {
    local $?;
    kill KILL => map { ($_, workers_of($_)) } grep { $_ && alive($_) } $old, $new, $old && new_master();
}

sub workers_of {
    my ($master) = @_;
    my @children = grep { read_file("/proc/$_/stat") =~ /\) [^Z] $master / } map {/(\d+)$/} glob '/proc/[0-9]*';
    return grep { read_file("/proc/$_/cmdline") =~ /worker process/ } @children;
}

sub alive { kill 0 => $_[0] and read_file("/proc/$_[0]/stat") !~ /\) Z/ }
sub new_master { my $pid = read_file($pid_file) =~ /(\d+)/ ? $1 : 0; return $pid != $old && $pid }

sub upgrade {
    kill USR2 => $old;
    my $master = wait_until { my $pid = new_master(); $pid && workers_of($pid) == 2 && $pid } 20;
    ok $master, 'a new master with two workers';
    return $master;
}

my $load = Load->start($nginx, seconds => 120, path => '/page', clients => [qw(once once keep)], users => \@users);
$new = upgrade();
sleep 0.3;
kill WINCH => $old;
eventually { workers_of($old) == 0 } 10, 'the old workers go';
sleep 0.3;

# The way back: the old master takes over again.
kill HUP => $old;
eventually { workers_of($old) == 2 } 10, 'the old master has workers again';
kill QUIT => $new;
eventually { !alive($new) } 10, 'the new one has gone';
eventually { !new_master() } 5, 'the old one is in charge';
sleep 0.3;

$new = upgrade();
kill WINCH => $old;
eventually { workers_of($old) == 0 } 10, 'the old workers go';
kill QUIT => $old;
eventually { !alive($old) } 10, 'the old master goes';
sleep 0.3;

my $met = $load->stop;
note explain $met;
is_deeply $met->{failed}, [], 'no request failed';
is_deeply $met->{wrong}, [], 'each had its answer';
cmp_ok $met->{answers}, '>', 100, 'and there were many';
eventually { $redis->clients == 3 } 5, 'only the new workers are connected to Redis, and one of them hears of changes';

kill QUIT => $new;
eventually { !alive($new) } 10, 'the new master quits';

$nginx->{started} = 1;    # for `done` to look at its log
done;
