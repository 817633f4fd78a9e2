# Redis itself is killed, stands still, is flushed, forgets who may come, takes no writes or has no memory: nobody waits for
# long, nobody passes who must not, and all is as before when it is over.
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Kit;

my $faults = Faults->new(direct => 1);
my $redis = $faults->redis;
my $old = read_file($redis->{folder} . '/redis.conf');

$faults->endures('killed', begin => sub { $redis->kill }, end => sub { $redis->start }, deaf => 1, forgets => 1);
$faults->endures('stands still', begin => sub { $redis->pause }, end => sub { $redis->resume }, deaf => 1);
$faults->endures('flushed', begin => sub { $redis->cli('FLUSHALL') }, end => sub { }, forgets => 1);
$faults->endures('takes no writes', begin => sub { $redis->cli('REPLICAOF', '127.0.0.1', 1) },
    end => sub { $redis->cli('REPLICAOF', 'NO', 'ONE') }, deaf => 1);
$faults->endures('without memory', begin => sub { $redis->cli('CONFIG', 'SET', 'maxmemory', 1) },
    end => sub { $redis->cli('CONFIG', 'SET', 'maxmemory', 0) }, deaf => 1);

# Who is signed in stays so: the connections end too.
sub password {
    my ($password) = @_;
    $redis->cli('CONFIG', 'SET', 'requirepass', $password);
    $redis->{password} = $password;
    $redis->cli('CLIENT', 'KILL', 'TYPE', 'normal');
    $redis->cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
}
$faults->endures('another password', begin => sub { password('a-secret-of-redis') }, end => sub { password('') });

# Four seconds to load what it has, before it answers.
sub load {
    $redis->cli('EVAL', "for i = 1, 4000 do redis.call('SET', 'more' .. i, 1) end", 0);
    $redis->cli('SAVE');
    $redis->kill;
    write_file($redis->{folder} . '/redis.conf', "$old\nkey-load-delay 1000\nloading-process-events-interval-bytes 1024\n");
    my $pid = fork // die "fork: $!";
    exec $redis->binary, $redis->{folder} . '/redis.conf', '--daemonize', 'no' or POSIX::_exit(127) unless $pid;
    $redis->{pid} = $pid;
    ok wait_until(sub { $redis->cli('PING') =~ /LOADING/ }, 8), 'it loads';
}
$faults->endures('loading', begin => \&load, seconds => 1, deaf => 1, forgets => 1,
    end => sub { wait_until { $redis->cli('PING') eq 'PONG' } 20 });

done;
