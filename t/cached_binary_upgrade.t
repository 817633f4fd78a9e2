# A binary upgrade with a cache: each master's workers have a tracking connection of their own, a revocation is seen by all
# of them, and those who have gone leave none behind.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $nginx = Nginx->prepare(
    workers => 2,
    main => join('', map {"env $_;"} qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS)),    # for sanitizers
    realm => "key v1 file=v1.key; cookie access_token; revocation cached max_stale=60s; @{[ $redis->directives ]}",
    server => 'add_header X-Cache "$session_cache $pid" always;',
    locations => 'location / { auth_session app; root ' . folder() . '; }',
);
write_file('page', 'hello', 0644);
my $pid_file = $nginx->prefix . '/nginx.pid';
my $number = 0;

# A daemon: nginx takes no USR2 while the process that started it is its parent.
write_file($nginx->{file}, read_file($nginx->{file}) =~ s/daemon off/daemon on/r);
unless (my $starter = fork) { $nginx->become_nginx }
else { waitpid $starter, 0 }
my $old = wait_until { read_file($pid_file) =~ /(\d+)/ && $1 } 10;
my $new;
END {
    local $?;
    kill KILL => map { ($_, workers_of($_)) } grep { $_ && alive($_) } $old, $new;
}

sub workers_of {
    my ($master) = @_;
    my @children = grep { read_file("/proc/$_/stat") =~ /\) [^Z] $master / } map {/(\d+)$/} glob '/proc/[0-9]*';
    return grep { read_file("/proc/$_/cmdline") =~ /worker process/ } @children;
}

sub alive { kill 0 => $_[0] and read_file("/proc/$_[0]/stat") !~ /\) Z/ }
sub tracking { scalar(() = $redis->cli('CLIENT', 'LIST') =~ / flags=\w*t\w* .* sub=1 /g) }

# What thirty requests get, most of them by whichever worker is quickest.
sub said {
    my ($cookie) = @_;
    my %said;
    my @clients = map { $nginx->connect } 1 .. 30;
    $_->send(Client::format_request('GET', '/page', $cookie)) for @clients;
    for my $response (map { $_->response } @clients) {
        $said{$response->answer . ' ' . ($response->header('X-Cache') =~ /^(\w*)/)[0]}++;
    }
    return join ', ', sort keys %said;
}

sub works {
    my ($name, $connections) = @_;
    eventually { tracking() == $connections } 10, "$name: tracking connections: $connections";
    my $cookie = cookie(mint({sub => 'u' . ++$number, jti => 'j'}));
    eventually { said($cookie) eq '200 valid HIT' } 10, "$name: known";
    $redis->cli('SET', "session:revoked:{u$number}:j", 1);
    eventually { said($cookie) eq '401 revoked HIT' } 5, "$name: revoked";
    like said($cookie), qr/^401 revoked \w+(?:, 401 revoked \w+)*$/, "$name: for all" for 1 .. 3;
    $redis->cli('DEL', "session:revoked:{u$number}:j");
    eventually { said($cookie) eq '200 valid HIT' } 5, "$name: forgiven";
}

eventually { $nginx->connect } 5, 'it serves';
works('one', 1);
kill USR2 => $old;
$new = wait_until {
    my $pid = read_file($pid_file) =~ /(\d+)/ ? $1 : 0;
    return $pid && $pid != $old && workers_of($pid) == 2 && $pid;
} 20;
ok $new, 'a new master with two workers';
works('both', 2);
kill WINCH => $old;
eventually { workers_of($old) == 0 } 10, 'the old workers go';
works('the new one', 1);
kill HUP => $old;
eventually { workers_of($old) == 2 } 10, 'the old master has workers again';
works('both again', 2);
kill WINCH => $old;    # a master that took over again leaves its workers behind where it quits with them
eventually { workers_of($old) == 0 } 10, 'its workers go again';
kill QUIT => $old;
eventually { !alive($old) } 10, 'the old master goes';
works('the new one alone', 1);
kill QUIT => $new;
eventually { !alive($new) } 10, 'the new master quits';
eventually { $redis->clients == 0 } 5, 'and leaves no connection';

$nginx->{started} = 1;    # for `done` to look at its log
done;
