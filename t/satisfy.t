# `satisfy any` and the order among nginx's access modules. Off, the module declines: it never grants.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use MIME::Base64 qw(encode_base64);

new_key('v1');
write_file('passwords', "user:{PLAIN}secret\n", 0644);
my $basic = 'auth_basic "closed"; auth_basic_user_file passwords;';
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token;',
    backend => 'location / { return 200 "$http_x_echo"; } location = /grant { return 204; }
        location = /refuse { return 403; }',
    locations => "
        location /all { allow all; $basic auth_session app; proxy_pass http://backend; }
        location /denied { deny all; auth_session app; proxy_pass http://backend; }
        location /any { satisfy any; deny all; auth_session app; proxy_pass http://backend; }
        location /address { satisfy any; allow 127.0.0.1; deny all; auth_session app; proxy_pass http://backend; }
        location /basic { satisfy any; $basic auth_session app; proxy_pass http://backend; }
        location /request { satisfy any; auth_session app; auth_request /grant; proxy_pass http://backend; }
        location /none { satisfy any; auth_session app; auth_request /refuse; proxy_pass http://backend; }
        location /off { satisfy any; deny all; auth_session off; proxy_pass http://backend; }
        location /off-basic { satisfy any; $basic auth_session off; proxy_pass http://backend; }
        location /off-all { deny all; auth_session off; proxy_pass http://backend; }
        location /verify { satisfy any; deny all; auth_session app; auth_session_mode verify;
            proxy_pass http://backend; }
        location /grant { internal; proxy_pass http://backend/grant; }
        location /refuse { internal; proxy_pass http://backend/refuse; }",
);
my $session = cookie(mint({}));
my $expired = cookie(mint({exp => 1}));
my $password = 'Authorization: Basic ' . encode_base64('user:secret', '');
my $wrong = 'Authorization: Basic ' . encode_base64('user:guess', '');

my @table = (
    ['/all', [$session, $password], 200],
    ['/all', [$session], 401],
    ['/all', [$session, $wrong], 401],
    ['/all', [$password], 401],
    ['/denied', [$session], 403],
    ['/any', [$session], 200],
    ['/any', [], 401],
    ['/any', [$expired], 401],
    ['/address', [], 200],
    ['/address', [$expired], 200],
    ['/basic', [$session], 200],
    ['/basic', [$password], 200],
    ['/basic', [$expired, $password], 200],
    ['/basic', [$expired, $wrong], 401],
    ['/basic', [], 401],
    ['/request', [], 200],
    ['/request', [$session], 200],
    ['/none', [], 401],
    ['/none', [$session], 200],
    ['/off', [], 403],
    ['/off', [$session], 403],
    ['/off-basic', [$session], 401],
    ['/off-basic', [$password], 200],
    ['/off-all', [$session], 403],
);
for my $case (@table) {
    my ($path, $headers, $status) = @$case;
    my $response = $nginx->get($path, @$headers);
    my $name = join ' ', $path, map { $_ eq $session ? 'session' : $_ eq $expired ? 'expired' :
        $_ eq $password ? 'password' : 'wrong' } @$headers;
    is $response->status, $status, $name;
    is $response->header('WWW-Authenticate'), undef, "$name: let in without a challenge" if $status == 200;
}

is $nginx->get('/verify')->status, 403, 'verify mode grants nothing without a session';
is $nginx->get('/request', $expired)->body, '', 'let in by another: still no user of the expired token';

done;
