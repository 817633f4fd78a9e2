# `revocation cached`: what Redis said once is not asked again, keys that are absent included, by any worker and for any
# token that needs the same keys; what the variables say, and what is never taken from the cache.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
$redis->cli('CONFIG', 'SET', 'slowlog-log-slower-than', 0, 'slowlog-max-len', 1000);
my $key = "key v1 file=v1.key; cookie access_token; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    workers => 2,
    realms => {
        app => $key,
        second => $key,
        prefixed => "$key redis_prefix p:;",
        numbered => "$key redis_database 1;",
        strict => "$key revocation strict;",
        never => "$key revocation off;",
        recorded => "$key record require;",
    },
    server => Everywhere::server() . 'add_header X-Time "$session_store_time" always;',
    locations => join "\n", 'location / { auth_session app; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }',
        map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        qw(second prefixed numbered strict never recorded),
);
my $all = Everywhere->new($nginx);

# How many reads it took to run the code.
sub asked {
    my ($code) = @_;
    $redis->cli('SLOWLOG', 'RESET');
    $code->();
    return scalar(() = $redis->cli('SLOWLOG', 'GET', 1000) =~ /^(?:GET|EXISTS)\n(?!.*generation)/mg);
}

sub on { my ($path, @headers) = @_; my $response = $nginx->get($path, @headers); return Everywhere::answer($response) }

# Answers are kept once the tracking connection stands.
my $first = cookie(mint({sub => 'first'}));
for my $path (qw(/ /second /prefixed /numbered)) {
    eventually { on($path, $first) eq '200 valid HIT' && sleep(0.2) && on($path, $first) eq '200 valid HIT' } 5,
        "$path: a cache";
}

my %claims = (jti => 'j1', sid => 's1', tenant => 't1');
my $token = mint(\%claims);
my $response;
is asked(sub { $response = $nginx->get('/', cookie($token)) }), 4, 'the first: tenant, user, token and session';
is Everywhere::answer($response), '200 valid MISS', 'MISS';
like $response->header('X-Time'), qr/^\d+\.\d{3}$/, 'and the time it took';
is asked(sub { is_deeply [$all->ask('/', cookie($token))], [('200 valid HIT') x 2], 'then HIT on each worker' }), 0,
    'without a question';
$response = $nginx->get('/', cookie($token));
is $response->header('X-Time'), '-', 'nor a time';
is asked(sub { on('/', cookie($token)) for 1 .. 100 }), 0, 'a hundred requests ask nothing';
is on('/verify', cookie($token)), '200 valid HIT', 'a location that only verifies';
is on('/', bearer($token)), '200 valid HIT', 'another way to send it';

is asked(sub { on('/', cookie(mint({%claims, jti => 'j2'}))) }), 1, 'another token of the session: only that one';
is asked(sub { on('/', cookie(mint({%claims, jti => 'j2', sid => 's2'}))) }), 1, 'another session: only that one';
is asked(sub { on('/', cookie(mint({%claims, sub => '43'}))) }), 3, 'another user of the tenant';
is asked(sub { on('/', cookie(mint({%claims, tenant => 't2'}))) }), 1, 'another tenant';
is asked(sub { is on('/', cookie(tamper($token))), '401 signature ', 'a forged one' }), 0, 'asks nothing';
is asked(sub { is on('/'), '401 missing ', 'none' }), 0, 'nor does none';

# Keys that are there are known as well.
my %against = (revoked => 'revoked:{r}:j', stale => 'stale:{s}', epoch => 'epoch:old');
$redis->cli('SET', "session:$against{$_}", time + 5) for keys %against;
my %rejected = (revoked => mint({sub => 'r', jti => 'j'}), stale => mint({sub => 's'}),
    epoch => mint({sub => 'e', tenant => 'old'}));
for my $reason (sort keys %rejected) {
    is on('/', cookie($rejected{$reason})), "401 $reason MISS", "$reason: MISS";
    is asked(sub { is_deeply [$all->ask('/', cookie($rejected{$reason}))], [("401 $reason HIT") x 2], "$reason: HIT" }),
        0, 'without a question';
}

# Several tokens a request.
my ($fresh, $other) = (mint({sub => 'fresh'}), mint({sub => 'other'}));
is on('/', cookie($rejected{revoked}), bearer($token)), '200 valid HIT', 'two that are known: the valid one';
is on('/', cookie($fresh), bearer($token)), '200 valid MISS', 'one that is not known is asked for';
is asked(sub { is on('/', cookie($other), bearer($other)), '200 valid MISS', 'the same twice' }), 2, 'is asked for once';
is on('/', cookie($rejected{stale}), bearer($rejected{revoked})), '401 stale HIT', 'two that are rejected';

# Realms do not share what they know.
is asked(sub { is on('/second', cookie($token)), '200 valid MISS', 'another realm' }), 4, 'asks for itself';
is on('/prefixed', cookie($rejected{$_})), '200 valid MISS', "another prefix: not $_" for sort keys %rejected;
is on('/numbered', cookie($rejected{$_})), '200 valid MISS', "another database: not $_" for sort keys %rejected;
$redis->cli('SET', 'p:revoked:{42}:j1', 1);
$redis->cli('-n', 1, 'SET', 'session:stale:{42}', '*');
is on('/prefixed', cookie($token)), '401 revoked MISS', 'the prefix is its own';
is on('/numbered', cookie($token)), '401 stale MISS', 'and so is the database';
eventually { on('/', cookie($token)) eq '200 valid HIT' } 5, 'which do not matter here';

# What is asked for each time.
for my $path (qw(/strict /never)) {
    is on($path, cookie($token)), '200 valid BYPASS', "$path: BYPASS" for 1 .. 2;
}
is asked(sub { on('/strict', cookie($token)) }), 5, 'strict asks for all';
is asked(sub { on('/never', cookie($token)) }), 0, 'off asks for nothing';
$redis->cli('HSET', 'session:data:{42}:s1', 'sub', 42, 'created_at', time, 'expires_at', time + 3600);
is on('/recorded', cookie($token)), '200 valid MISS', 'a record is read' for 1 .. 2;
$redis->cli('DEL', 'session:data:{42}:s1');
is on('/recorded', cookie($token)), '401 record MISS', 'each time';

# The time that a token has is looked at on every use.
my $short = cookie(mint({sub => 'short', exp => time + 3}));
on('/', $short);
is on('/', $short), '200 valid HIT', 'a token that expires soon';
eventually { on('/', $short) =~ /^401 expired/ } 6, 'expires while it is known';
is on('/', $short), '401 expired ', 'and stays so';

done;
