# The servers of a run, each a process of its own on a loopback port: started on one processor, ended
# with the run.
package Server;

use strict;
use warnings;

use IO::Socket::INET;
use POSIX ();

require Packages;
use Workspace qw(folder read_file wait_until write_file);

# The worker that is measured has the first processor for itself. The client has the second; services
# share that one where there is no third.
use constant WORKER => 0;
use constant SERVICE => `nproc` > 2 ? 2 : 1;

my %running;

# start NAME, PROCESSOR, PORT, COMMAND: its process id, when it listens.
sub start {
    my ($name, $processor, $port, @command) = @_;
    my $pid = fork // die "fork: $!\n";
    unless ($pid) {
        my $output = folder() . "/$name.output";
        open STDERR, '>>', $output;
        open STDOUT, '>&', \*STDERR;
        $ENV{LD_LIBRARY_PATH} = Packages::libraries();
        exec 'taskset', '-c', $processor, @command or POSIX::_exit(127);
    }
    $running{$pid} = $$;
    wait_until { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) } 10
        or die "$name does not start:\n" . read_file(folder() . "/$name.output");
    return $pid;
}

sub children {
    my ($parent) = @_;
    return grep { read_file("/proc/$_/stat") =~ /\) \S $parent / } map {/(\d+)$/} glob '/proc/[0-9]*';
}

# An nginx with one worker: its worker's process id. Options: modules, http, and servers, each a port
# and the text of its server block.
sub nginx {
    my ($name, $processor, %option) = @_;
    my $folder = folder();
    my $load = join '', map {"load_module $_;\n"} @{$option{modules} // []};
    my $user = $> == 0 ? 'user nobody ' . getgrgid((getpwnam 'nobody')[3]) . ';' : '';
    my $temporary = join ' ', map {"${_}_temp_path $folder/temp;"} qw(client_body proxy fastcgi uwsgi scgi);
    my $servers = join "\n", map {"    server { listen 127.0.0.1:$_->[0]; $_->[1] }"} @{$option{servers}};
    my $file = write_file("$name.conf", <<"CONF");
$load$user
worker_processes 1;
daemon off;
pid $folder/$name.pid;
error_log $folder/$name.log warn;
events { worker_connections 1024; }
http {
    $temporary
    access_log off;
    keepalive_requests 1000000000;
    $option{http}
$servers
}
CONF
    local $ENV{PATH} = "$ENV{PATH}:/usr/sbin";
    my $master = start($name, $processor, $option{servers}[0][0],
        'nginx', '-p', "$folder/", '-c', $file, '-e', "$folder/$name.log");
    my $worker = wait_until { (children($master))[0] } 5;
    return $worker // die "$name has no worker\n";
}

sub haproxy {
    my ($file, $port) = @_;
    return start('haproxy', WORKER, $port, Packages::path('usr/sbin/haproxy'), '-db', '-f', $file);
}

sub redis {
    my ($name, $port) = @_;
    return start("redis-$name", SERVICE, $port, 'redis-server', '--port', $port, '--bind', '127.0.0.1',
        '--unixsocket', redis_socket($name), '--unixsocketperm', '777', '--save', '', '--dir', folder());
}

sub redis_socket { return folder() . "/redis-$_[0].sock" }

# A million sessions revoked, each for a day.
sub revoke_a_million {
    my ($port) = @_;
    my $script = 'for i = 1, 1000000 do local user = string.format("r%07d", i)
        redis.call("SET", "session:revoked:{" .. user .. "}:" .. user, "1", "EX", 86400) end';
    open my $pipe, '-|', 'redis-cli', '-p', $port, 'EVAL', $script, 0 or die "redis-cli: $!\n";
    my $answer = join '', <$pipe>;
    close $pipe or die "a million revocations: $answer";
    chomp(my $size = `redis-cli -p $port DBSIZE`);
    $size =~ /1000000/ or die "Redis has $size entries after a million revocations: $answer\n";
}

END {
    my $status = $?;
    for my $pid (grep { $running{$_} == $$ } keys %running) {
        kill TERM => $pid;
        wait_until { waitpid $pid, POSIX::WNOHANG() } 3 or kill KILL => $pid;
    }
    $? = $status;
}

1;
