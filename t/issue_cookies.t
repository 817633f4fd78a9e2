# The cookies of a login have the attributes that the realm gives them, the refresh cookie its own.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
new_key('rsa', 'rsa');
new_key('ed', 'ed25519');
my $redis = RedisServer->new;
my %default = (path => '/', 'max-age' => 28800, secure => '', httponly => '', samesite => 'None');
my %refreshed = (path => '/', 'max-age' => 604800, secure => '', httponly => '', samesite => 'None');
my %case = (
    plain => ['cookie a;', {a => {%default}}],
    lax => ['cookie a samesite=lax;', {a => {%default, samesite => 'Lax'}}],
    bare => ['cookie a samesite=Strict secure=off httponly=off path=/app domain=example.com;',
        {a => {path => '/app', domain => 'example.com', 'max-age' => 28800, samesite => 'Strict'}}],
    none => ['cookie a max_age=session;', {a => {path => '/', secure => '', httponly => '', samesite => 'None'}}],
    fixed => ['cookie a max_age=90d; access_lifetime 20m;', {a => {%default, 'max-age' => 90 * 86400}}],
    short => ['cookie a; access_lifetime 20m;', {a => {%default, 'max-age' => 1200}}],
    absolute => ['cookie a; absolute_timeout 10m;', {a => {%default, 'max-age' => 600}}],
    host => ['cookie __Host-a partitioned;', {'__Host-a' => {%default, partitioned => ''}}],
    secure => ['cookie __Secure-a domain=example.com;', {'__Secure-a' => {%default, domain => 'example.com'}}],
    vary => ['cookie a samesite=$same_site;', {a => {%default, samesite => 'Lax'}}],
    both => ['cookie a; refresh_cookie b path=/refresh samesite=strict;',
        {a => {%default, 'max-age' => 900}, b => {%refreshed, path => '/refresh', samesite => 'Strict'}}],
    brief => ['cookie a max_age=session; refresh_cookie b max_age=session; access_lifetime 5m;',
        {a => {path => '/', secure => '', httponly => '', samesite => 'None'},
         b => {path => '/', secure => '', httponly => '', samesite => 'None'}}],
    lives => ['cookie a; refresh_cookie b; access_lifetime 5m; refresh_lifetime 1h;',
        {a => {%default, 'max-age' => 300}, b => {%refreshed, 'max-age' => 3600}}],
    limit => ['cookie a; refresh_cookie b; absolute_timeout 10m;',
        {a => {%default, 'max-age' => 600}, b => {%refreshed, 'max-age' => 600}}],
);
my %key = (ed => 'ed', rsa => 'rsa');
$case{$_} = ['cookie a; refresh_cookie b;', {a => {%default, 'max-age' => 900}, b => {%refreshed}}] for keys %key;
my $nginx = Nginx->new(
    realms => {map { ($_ => 'key k file=' . ($key{$_} // 'v1') . ".key; $case{$_}[0] @{[ $redis->directives ]}") }
        keys %case},
    http => 'map $http_x_site $same_site { default lax; none none; strict STRICT; odd odd; empty ""; }',
    backend => login_backend() . '
        location /own { add_header X-Session-User 42; add_header Set-Cookie "a=upstream; Path=/";
            add_header Set-Cookie "ab=1"; add_header Set-Cookie "A=2"; return 200; }',
    locations => join('', map {"location /$_ { session_issue $_; proxy_pass http://backend; }"} keys %case)
        . 'location /own { session_issue plain; proxy_pass http://backend; }',
);

for my $name (sort keys %case) {
    my $before = time;
    my $cookies = set_cookies(login($nginx, {path => "/$name"}));
    my %value = map { $_ => delete $cookies->{$_}{value} } keys %$cookies;
    is_deeply $cookies, $case{$name}[1], "$name: $case{$name}[0]";
    my ($access) = grep {/a$/} keys %value;
    my ($header, $claims) = split /\./, $value{$access};
    $claims = JSON::PP::decode_json(MIME::Base64::decode_base64url($claims));
    my $record = record($redis, '42', $claims->{sid});
    is $record->{tokens_until}, $claims->{exp}, "$name: the record knows the end of its token";
    my $refresh = $value{b} // next;
    is $record->{refresh}, token_hash($refresh), "$name: the record has the hash of the refresh token";
    is $record->{expires_at} - $claims->{iat}, $case{$name}[1]{b}{'max-age'} // 604800, "$name: and lives as long";
    unlike $refresh, qr/[^A-Za-z0-9_.-]/, "$name: which has no odd bytes";
    unlike $redis->cli('HGETALL', "session:data:{42}:$claims->{sid}"), qr/\Q$refresh/, "$name: not the token itself";
    cmp_ok $claims->{exp}, '<=', $record->{expires_at}, "$name: no token outlives its record";
}

my %site = (none => 'None', strict => 'Strict', lax => 'Lax', odd => 'Lax', empty => 'Lax');
is set_cookies(login($nginx, {path => '/vary'}, "X-Site: $_"))->{a}{samesite}, $site{$_}, "SameSite by a variable: $_"
    for sort keys %site;

my @lines = login($nginx, {path => '/own'})->headers('Set-Cookie');
is scalar(grep {/^a=/} @lines), 1, 'one cookie of a name';
unlike "@lines", qr/upstream/, 'not that of the upstream';
is_deeply [grep { !/^a=/ } @lines], ['ab=1', 'A=2'], 'its other cookies stay, names are compared byte by byte';
my ($one, $two) = map { set_cookies(login($nginx, {path => '/both'}))->{b}{value} } 1 .. 2;
isnt $one, $two, 'each login has a refresh token of its own';

done;
