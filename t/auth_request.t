# Beside auth_request: the session is judged first, its user is there for the subrequest, which is not judged itself.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token;',
    http => q{log_format asked "$request_uri [$http_x_user]";},
    backend => 'location / { return 200 $http_x_echo; }
        location = /check { access_log ' . folder() . '/asked.log asked; add_header X-Team "team of $http_x_user";
            if ($http_x_user = alice) { return 204; } return 403; }',
    server => 'auth_session app;',
    locations => '
        location / { auth_request /check; auth_request_set $team $upstream_http_x_team; add_header X-Team $team;
            proxy_pass http://backend; }
        location = /check { internal; proxy_set_header X-User $session_user; proxy_set_header Content-Length "";
            proxy_pass_request_body off; proxy_pass http://backend; }',
);
sub asked { scalar(() = read_file(folder() . '/asked.log') =~ /\n/g) }

my $alice = $nginx->get('/', cookie(mint({sub => 'alice'})));
is $alice->status, 200, 'both agree';
is $alice->body, 'alice', 'the user is known to the upstream';
is $alice->header('X-Team'), 'team of alice', 'and to the subrequest';
is asked(), 1, 'which was made once';

is $nginx->get('/', cookie(mint({sub => 'bob'})))->status, 403, 'auth_request may refuse a good session';
is asked(), 2, 'having been asked';
is $nginx->get('/', cookie(mint({exp => 1})))->status, 401, 'a bad session is refused';
is $nginx->get('/')->status, 401, 'none as well';
is asked(), 2, 'and auth_request is not asked';
is $nginx->post('/', cookie(mint({sub => 'alice'})), {body => 'x' x 50000})->body, 'alice', 'with a body';

done;
