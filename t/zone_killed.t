# Workers killed by SIGKILL while they write to a zone that is a store, again and again: the others go on, what was
# answered is so, and what is left is whole.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

my $kills = 0 + ($ENV{TEST_KILLS} // 20);
new_key('v1');

# The backend in a process of its own, which is not killed.
my $backend = Nginx->new(backend => '', locations => login_backend());
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; session_limit 50; record require;',
    workers => 2,
    locations => "
        location / { auth_session app; proxy_pass http://127.0.0.1:@{[ $backend->port ]}; }
        location = /login { session_issue app; proxy_pass http://127.0.0.1:@{[ $backend->port ]}; }
        location = /refresh { session_refresh app; }
        location = /logout { session_logout app; }",
);

# Writers: each logs in, refreshes and logs out as fast as it can, and tells of each session what became of it.
my @writers = map {
    my $number = $_;
    my $file = folder() . "/writer$number";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        open my $out, '>', $file or POSIX::_exit(1);
        $out->autoflush;
        for my $round (1 .. 1_000_000) {
            my $user = eval { log_in($nginx, '/login', "X-Login: user$number") } or next;
            my $response = $nginx->post('/refresh', $user->{cookie});
            my $end = $round % 2 && $nginx->post('/logout', $user->{cookie})->status == 200 ? 'revoked' : 'valid';
            $end = 'unknown' if $round % 2 && $end eq 'valid';
            print $out "$end $user->{access}\n";
        }
        POSIX::_exit(0);
    }
    {pid => $pid, file => $file};
} 1 .. 3;
my $test = $$;
END { local $?; if ($test && $$ == $test) { kill KILL => $_->{pid} for @writers } }

my $killed = 0;
while ($killed < $kills) {
    my $two = wait_until { my @now = $nginx->workers; @now == 2 && \@now } 10 or last;
    sleep rand 0.2;
    kill KILL => $two->[rand 2];
    ++$killed;
}
is $killed, $kills, 'workers were killed';
wait_until { $nginx->workers == 2 } 10;
kill KILL => $_->{pid} and waitpid $_->{pid}, 0 for @writers;

my %said;
for my $line (map { split /\n/, read_file($_->{file}) } @writers) {
    my ($end, $token) = $line =~ /^(\w+) (\S+)$/ or next;
    push @{$said{$end}}, $token;
}
note join ', ', map { scalar(@{$said{$_}}) . " $_" } sort keys %said;
cmp_ok scalar @{$said{revoked}}, '>', 50, 'there were many logouts';
my %count;
$count{$nginx->get('/', cookie($_))->reason}++ for @{$said{revoked}};
is_deeply \%count, {revoked => scalar @{$said{revoked}}}, 'all that were answered hold';
my @last = @{$said{valid}}[-10 .. -1];
is join(' ', map { $nginx->get('/', cookie($_))->reason } @last), join(' ', ('valid') x 10), 'sessions go on';
my $user = log_in($nginx, '/login', 'X-Login: 42');
is $nginx->get('/', $user->{only_access})->status, 200, 'a login';
is $nginx->post('/logout', $user->{cookie})->status, 200, 'a logout';
is $nginx->get('/', $user->{only_access})->answer, '401 revoked', 'as ever';
$nginx->allow_log(qr{\[alert\].*(?:worker process \d+ exited on signal 9|zone "session_store_app" was locked by)});

done;
