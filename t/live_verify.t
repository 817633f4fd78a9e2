# In `verify` and in a dry run the end of a session is counted and logged, once, and the connection goes on.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use LiveApp;

new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    locations => $app->location('/socket', 'auth_session_mode verify;')
        . $app->location('/dry/', 'auth_session_dry_run on;') =~ s{(proxy_pass [^;]*)}{$1/}r
        . 'location = /status { session_status; }',
);
my $sockets = $app->sockets;
sub session { cookie(mint({sub => $_[0], sid => "s-$_[0]"})) }
sub live { $nginx->get('/status')->json->{realms}{app}{live} }

is $sockets->open($nginx->port, '/socket', session('a')), 'open', 'verify';
is $sockets->open($nginx->port, '/dry/socket', session('b')), 'open', 'a dry run';
is $sockets->open($nginx->port, '/socket'), 'open', 'no session';
is $sockets->open($nginx->port, '/dry/socket'), 'open', 'nor in a dry run';
eventually { live()->{open} == 2 } 5, 'those with a session are watched';
$redis->cli('MSET', 'session:revoked:{a}:s-a', 1, 'session:stale:{b}', '*');
eventually { my $ended = live()->{ended}; $ended->{revoked} == 1 && $ended->{stale} == 1 } 5, 'both ends are counted';
is scalar($nginx->log_lines('\[notice\].* realm "app" ended, dry run: reason=revoked user="a" id="s-a" key=v1')), 1, 'logged';
is scalar($nginx->log_lines('\[notice\].* realm "app" ended, dry run: reason=stale user="b" id="s-b" key=v1')), 1, 'both';
is $sockets->say(0, 'x'), 'said a: x', 'and goes on';
like $sockets->say(1, 'x'), qr/^said .*: x$/, 'so does the dry run';
$redis->cli('SET', 'session:epoch', time + 5);
sleep 1.2;
is scalar($nginx->log_lines('ended')), 2, 'nothing is told twice';
is live()->{open}, 0, 'they are watched no more';
undef $sockets;
eventually { $nginx->access_log =~ m{^GET /socket 101 revoked $}m } 5, 'the access log tells the reason';
like $nginx->access_log, qr{^GET /dry/socket 101 stale }m, 'of both';

done;
