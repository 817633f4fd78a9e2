# An epoch ends half of many open connections. Told are the time until the last of them was closed, how long other requests
# waited meanwhile, and the workers' CPU time. TEST_LIVE_CONNECTIONS says how many, 200 without it; as many processes have
# them as workers, two at least, and one for every 10,000.
use FindBin;
use lib "$FindBin::Bin/lib";
use IO::Select;
use IPC::Open2 qw(open2);
use JSON::PP ();
use Kit;
use Time::HiRes qw(sleep time);

my $wanted = 0 + ($ENV{TEST_LIVE_CONNECTIONS} // 200);
my $processes = $wanted > 20_000 ? int(($wanted + 9_999) / 10_000) : 2;
my $each = int $wanted / $processes;
chomp(my $limit = qx(sh -c 'ulimit -n'));
my $files = $each * 3 / 2 + 200;    # workers do not get just as many each
plan skip_all => "ulimit -n is $limit, too little for $wanted connections" if $limit =~ /\d/ && $limit < $files;

new_key('v1');
my $redis = RedisServer->new;
my $waits = free_port();
my $nginx = Nginx->new(
    workers => $processes,
    main => "worker_rlimit_nofile $files;",
    realm => "key v1 file=v1.key; cookie access_token; zone 32m; @{[ $redis->directives ]}",
    # Uploads that do not go on: of all that may last they take the fewest files.
    locations => 'location = /upload { auth_session app; access_log off; client_body_timeout 10m; proxy_pass http://backend; }
        location = /status { session_status; access_log off; }',
);
$nginx->stop;
my $file = $nginx->{file};
write_file('nginx-many.conf', read_file($file) =~ s/worker_connections 1024/worker_connections $files/r
        =~ s/listen 127[^;]+/$& reuseport/r, 0644);
$nginx->{file} = folder() . '/nginx-many.conf';
$nginx->start;

my $epoch = int(time) - 50;

# A process with its share of the connections, every second one of a session of before.
sub crowd {
    my ($number) = @_;
    my @requests = map { Client::format_request('POST', '/upload', cookie(mint({iat => $_})), 'Content-Length: 1') }
        $epoch - 50, $epoch + 50;
    my $pid = open2(my $from, my $to, 'python3', "$FindBin::Bin/lib/live_crowd.py");
    print $to JSON::PP->new->encode({from => '127.0.1.' . $number, port => $nginx->port, number => $each,
        requests => \@requests}), "\n";
    $to->flush;
    return {pid => $pid, from => $from, to => $to};
}

# Seconds that the workers have worked.
sub cpu { my $all = 0; $all += (split ' ', read_file("/proc/$_/schedstat"))[0] / 1e9 for $nginx->workers; $all }
sub live { $nginx->get('/status')->json->{realms}{app}{live} }

my @crowds = map { crowd($_) } 1 .. $processes;
is readline($_->{from}), "open\n", 'connections are open' for @crowds;
eventually { (live()->{open} // 0) == $each * $processes } 60, 'all are watched';

my $probe = $nginx->connect;
my ($longest, $start, $cpu) = (0, time, cpu());
$redis->cli('SET', 'session:epoch', $epoch);
my $told = IO::Select->new(map { $_->{from} } @crowds);
until ((() = $told->can_read(0)) == @crowds) {
    my $before = time;
    $probe->send(Client::format_request('GET', '/status', 'Connection: keep-alive'));
    last unless $probe->response;
    my $taken = time - $before;
    $longest = $taken if $taken > $longest;
    last if time - $start > patience(120);
    sleep 0.001;
}
my @ends = map { [split ' ', readline $_->{from}] } @crowds;
$cpu = cpu() - $cpu;
close $_->{to} for @crowds;
waitpid $_->{pid}, 0 for @crowds;

my ($last) = sort { $b <=> $a } map { $_->[0] } @ends;
is $_->[1], 0, 'all of the sessions of before were ended' for @ends;
is $_->[2], 0, 'and no others' for @ends;
is live()->{ended}{epoch}, $processes * int(($each + 1) / 2), 'as the status counts them';
diag sprintf '%d connections, half of them ended: the last after %.0f ms, other requests waited for %.1f ms at most, %.2f s of CPU',
    $each * $processes, 1000 * ($last - $start), 1000 * $longest, $cpu;
cmp_ok $last - $start, '<', patience(30), 'none took long';

done;
