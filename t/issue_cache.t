# A login beside a cache: what a cache keeps gives nobody a session, a login is not kept, and no shared cache
# behind nginx may keep it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $cache = folder() . '/cache';
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}",
    http => "proxy_cache_path $cache levels=1 keys_zone=c:1m; proxy_cache_key \$arg_key; proxy_cache_valid any 1m;",
    server => 'proxy_cache c; add_header X-Cache $upstream_cache_status always;',
    backend => login_backend(),
    locations => '
        location /login { session_issue app; proxy_pass http://backend; }
        location /plain { proxy_pass http://backend; }
        location /aged { session_issue app; proxy_cache_valid any 1s; proxy_cache_use_stale updating;
            proxy_cache_background_update on; proxy_pass http://backend; }',
);
my @kept = grants({user => '42', cache => 'public, max-age=60'});
sub kept_files { split /\n/, `find $cache -type f` }

my $first = login($nginx, {path => '/login?key=a', cache => 'public, max-age=60'});
my $second = $nginx->get('/login?key=a');
is $first->header('X-Cache'), 'MISS', 'a login';
isnt given($first), '', 'gets a session';
is $second->header('X-Cache'), 'MISS', 'the next one asks the upstream';
is_deeply set_cookies($second), {}, 'and has no session';
is scalar(grep { read_file($_) =~ /key: a\n/ && read_file($_) =~ /session/i } kept_files()), 0,
    'the login was not kept';
my $hit = $nginx->get('/login?key=a');
is $hit->header('X-Cache'), 'HIT', 'a response without a login is kept as ever';

# One that another location put there, without a thought of sessions.
is $nginx->get('/plain?key=b', @kept)->header('X-Cache'), 'MISS', 'kept by another location';
$nginx->forget_log;
for my $method (qw(GET HEAD)) {
    my $response = $nginx->request($method, '/login?key=b');
    is $response->header('X-Cache'), 'HIT', "$method: found in the cache";
    is $response->status, 200, "$method: the response";
    is_deeply set_cookies($response), {}, "$method: is no login";
    is $response->header('X-Session-User'), undef, "$method: nor are there its headers";
}
is scalar($nginx->log_lines(qr/\[error\].*X-Session headers of a cached response are ignored/)), 2, 'the log says so';
is $nginx->get('/plain?key=d', grants({user => '', end => 'all', stale => '43'}))->header('X-Cache'), 'MISS',
    'an end of sessions is kept';
my $token = given($first);
$nginx->get('/login?key=d', cookie($token));
is_deeply [keys_of($redis, 'session:revoked:*'), keys_of($redis, 'session:stale:*')], [], 'and ends none when found';

# Refreshed in the background: a subrequest logs nobody in.
is $nginx->get('/aged?key=c')->header('X-Cache'), 'MISS', 'to grow old';
sleep 2.1;
my @answers = map { $nginx->get('/aged?key=c', @kept) } 1 .. 2;
is $answers[0]->header('X-Cache'), 'STALE', 'old, and asked for in the background';
is_deeply set_cookies($_), {}, 'no session from the background' for @answers;
is $nginx->get('/aged?key=c')->header('X-Session-User'), undef, 'nor its headers';

# What a shared cache behind nginx is told.
sub told { join ' | ', login($nginx, {path => '/login?key=' . rand, @_})->headers('Cache-Control') }
is told(), 'private', 'nothing said: private';
my %told = (
    'public' => 'private',
    'public, max-age=60' => 'private, max-age=60',
    'max-age=60' => 'private, max-age=60',
    's-maxage=60, max-age=5' => 'private, max-age=5',
    'Public,S-MaxAge=60' => 'private',
    'proxy-revalidate, must-revalidate' => 'private, must-revalidate',
    'no-cache' => 'private, no-cache',
    'private' => 'private',
    'private, max-age=5' => 'private, max-age=5',
    'PRIVATE' => 'PRIVATE',
    'no-store' => 'no-store',
    'no-store, max-age=0' => 'no-store, max-age=0',
    'no-cache="set-cookie, x", public' => 'private, no-cache="set-cookie, x"',
    'private="x", public' => 'private',
    'private="x", max-age=5' => 'private, max-age=5',
    'community="private"' => 'private, community="private"',
);
is told(cache => $_), $told{$_}, "said: $_" for sort keys %told;
is join(' | ', $nginx->get('/login?key=e', grants({cache => 'public'}))->headers('Cache-Control')), 'public',
    'without a cookie it stays';

done;
