# A response with a cookie of ours is for its client alone: caches before nginx do not store it, one within it stores
# what the upstream said and no cookie.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key($_) for qw(v1 v2);
my $cache = 'proxy_cache_path ' . folder() . '/CACHE keys_zone=CACHE:1m; proxy_cache_key $uri;';
my $tell = 'add_header X-Cache $upstream_cache_status always;';
my $nginx = Nginx->new(
    realm => 'key v2 file=v2.key; key v1 file=v1.key; cookie access_token; access_lifetime 2h; renew 50;
        revocation off;',
    http => $cache =~ s/CACHE/inner/gr,
    backend => 'location / { add_header Cache-Control $arg_says; return 200 $request_id; }
        location /kept/upstream { add_header Set-Cookie "access_token=own"; return 200 $request_id; }
        location /kept/absent { return 404 $request_id; }',
    server => $tell,
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /kept { auth_session app; proxy_cache inner; proxy_cache_valid any 1m; proxy_pass http://backend; }
        location /ignores { auth_session app; proxy_cache inner; proxy_cache_valid any 1m;
            proxy_ignore_headers Set-Cookie Cache-Control; proxy_pass http://backend; }',
);

# A cache before it that looks at Set-Cookie as nginx does, and one that heeds Cache-Control only.
my $target = 'proxy_pass http://127.0.0.1:' . $nginx->port;
my $outer = Nginx->new(
    http => $cache =~ s/CACHE/outer/gr,
    server => "$tell proxy_cache outer; proxy_cache_valid any 1m; proxy_set_header Host localhost;",
    locations => "location / { $target; }
        location /standard/ { proxy_ignore_headers Set-Cookie; $target/; }",
);
my $number = 0;
sub old_token { mint({jti => 'old' . ++$number}, kid => 'v1') }
sub due { mint({iat => time - 3600, exp => time + 100, jti => 'due' . ++$number}, key => 'v2', kid => 'v2') }
my $current = mint({sub => '43', jti => 'new'}, key => 'v2', kid => 'v2');
sub state_of { ($_[0]->headers('X-Cache'))[-1] // '' }

for my $way ('/', '/standard/') {
    for my $kind ([resigned => \&old_token], [renewed => \&due]) {
        my ($name, $make) = @$kind;
        for my $says ('', 'public,max-age=600', 's-maxage=600') {
            my $path = "$way$name" . length($says) . "?says=$says";
            my $first = $outer->get($path, cookie($make->()));
            is $first->status, 200, "$path: the first";
            like $first->header('Set-Cookie'), qr/^access_token=ey/, "$path: has its cookie";
            my $second = $outer->get($path, cookie($make->()));
            is state_of($second), 'MISS', "$path: it was not stored";
            isnt $second->header('Set-Cookie'), $first->header('Set-Cookie'), "$path: each has his own";
            is $outer->get($path)->answer, '401 missing', "$path: and a stranger has none";
        }
    }
    $outer->get("${way}plain?says=max-age=60", cookie($current));
    is state_of($outer->get("${way}plain?says=max-age=60", cookie($current))), 'HIT', "$way: without a cookie: stored";
}

# What the upstream said of caches stays, as far as it can.
sub says { $nginx->get("/?says=$_[0]", cookie($_[1] // old_token()))->header('Cache-Control') }
is says(''), 'private', 'nothing';
like says('max-age=600'), qr/^(?=.*\bprivate\b)(?=.*max-age=600)/, 'max-age stays beside private';
unlike says('public,max-age=600'), qr/public/, 'public does not';
is says('no-store'), 'no-store', 'no-store is enough';
is says('private'), 'private', 'private is enough';
is says('public', $current), 'public', 'without a cookie nothing is changed';

# The cache within.
for my $kind ([resigned => \&old_token], [renewed => \&due]) {
    my ($name, $make) = @$kind;
    my $first = $nginx->get("/kept/$name", cookie($make->()));
    is state_of($first), 'MISS', "$name: the first comes from the upstream";
    ok given($first)->{access}, "$name: with its cookie";
    my $other = $nginx->get("/kept/$name", cookie($current));
    is state_of($other), 'HIT', "$name: the second from the cache";
    is $other->body, $first->body, "$name: the same body";
    is_deeply cookies_of($other), {}, "$name: no cookie was stored";
    is $other->header('Cache-Control'), undef, "$name: nor that it was private";
    my $third = $nginx->get("/kept/$name", cookie($make->()));
    is state_of($third), 'HIT', "$name: the third too";
    isnt given($third)->{access}, given($first)->{access}, "$name: and has a cookie of its own";
    is payload(given($third)->{access})->{version}, 'v2', "$name: which is new";
    is $third->header('Cache-Control'), 'private', "$name: private";
    is $nginx->get("/kept/$name")->answer, '401 missing', "$name: a stranger gets nothing from the cache";
}
my $absent = $nginx->get('/kept/absent', cookie(old_token()));
my $again = $nginx->get('/kept/absent', cookie(old_token()));
is state_of($again), 'HIT', 'a 404 from the cache';
is scalar($again->headers('Set-Cookie')), 1, 'with a cookie';
is_deeply cookies_of($nginx->get('/kept/absent', cookie($current))), {}, 'for who needs one';
ok given($nginx->get('/ignores/x', cookie(old_token())))->{access}, 'a cookie of ours';
is state_of($nginx->get('/ignores/x', cookie($current))), 'HIT', 'a cache told to ignore Set-Cookie';
is_deeply cookies_of($nginx->get('/ignores/x', cookie($current))), {}, 'has none of ours';
is state_of($nginx->get('/kept/upstream', cookie(old_token()))), 'MISS', "the upstream's own cookie";
is state_of($nginx->get('/kept/upstream', cookie(old_token()))), 'MISS', 'is not stored either';

done;
