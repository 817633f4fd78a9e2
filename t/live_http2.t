# An HTTP/2 stream is reset when its session ends, at once, while the others of its connection go on.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;
use Streams;

new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;
my $nginx = Nginx->new(
    http2 => 1,
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    locations => $app->location('/', 'proxy_read_timeout 4s;'),
);
sub stream { my ($path, $user) = @_; {path => $path, headers => [cookie(mint({sub => $user, sid => "s-$user"}))]} }

# The revocation comes while the streams are open; they last three seconds, or until all but the poll have ended.
my $pid = fork // die "fork: $!";
unless ($pid) {
    for (1 .. 3) { $app->tells('begin events', 10) }
    sleep 0.3;
    $redis->cli('SET', 'session:revoked:{alice}:s-alice', 1);
    POSIX::_exit(0);
}
my @said = Streams::run($nginx->port, {leave => 3}, stream('/events', 'alice'), stream('/events', 'bob'),
    stream('/poll', 'alice'), stream('/events', 'alice'), stream('/poll', 'bob'));
waitpid $pid, 0;
is_deeply \@said, ['refused 2', 'left', 'refused 2', 'refused 2', 'left'], 'streams of the session are reset, no others';
is scalar($nginx->log_lines('ended: reason=revoked user="alice"')), 3, 'each is logged';

# At once, though nothing else is said on the connection.
$pid = fork // die "fork: $!";
unless ($pid) {
    $app->tells('begin poll', 10);
    sleep 0.3;
    $redis->cli('SET', 'session:stale:{carol}', '*');
    POSIX::_exit(0);
}
@said = Streams::run($nginx->port, {leave => 2}, stream('/poll', 'carol'), stream('/poll', 'dave'));
waitpid $pid, 0;
is_deeply \@said, ['refused 2', 'left'], 'a stream of those that are silent';
like $nginx->access_log, qr{^GET /poll 401 stale $}m, 'the access log tells why';

done;
