# `auth_session_mode verify` lets every request through and only sets the variables.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; login /login;',
    echo => '[$session_status][$session_user][$session_source]',
    server => 'auth_session app;',
    locations => '
        location / { auth_session_mode verify; proxy_pass http://backend; }
        location /inner/ { auth_session_mode verify; location /inner/require { auth_session_mode require;
            proxy_pass http://backend; } proxy_pass http://backend; }
        location /default { proxy_pass http://backend; }
        location /roles { auth_session_mode verify; auth_session_require $session_claim_admin;
            proxy_pass http://backend; }',
);
my ($good, $expired) = (mint({}), mint({exp => 1}));

my @table = (
    ['/', [cookie($good)], '[valid][42][cookie:access_token]'],
    ['/', [], '[missing][][]'],
    ['/', [cookie($expired)], '[expired][][cookie:access_token]'],
    ['/', [cookie(tamper($good))], '[signature][][cookie:access_token]'],
    ['/', [bearer('x')], '[malformed][][bearer]'],
    ['/', ['Sec-Fetch-Mode: navigate'], '[missing][][]'],
    ['/inner/', [], '[missing][][]'],
);
is $nginx->get($_->[0], @{$_->[1]})->body, $_->[2], "verify: $_->[2]" for @table;
is $nginx->get($_->[0], @{$_->[1]})->header('WWW-Authenticate'), undef, "no challenge: $_->[2]" for @table;

is $nginx->post('/', cookie($good), 'Origin: https://evil.example')->status, 200, 'a foreign origin passes';
is $nginx->post('/', cookie($good), 'Origin: https://evil.example')->body, '[origin][][cookie:access_token]',
    'and is nobody';
is $nginx->get('/inner/require')->status, 401, 'an inner location may require';
is $nginx->get('/inner/require', cookie($good))->status, 200, 'and lets a session in';
is $nginx->get('/roles', cookie($good))->status, 200, 'auth_session_require rejects as little';
is $nginx->get('/default')->status, 401, 'require is the default';

done;
